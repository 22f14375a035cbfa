import { basename, dirname, extname, join, resolve } from "node:path";
import type { Examination } from "../../host/check.js";

/** What to watch of a plugin. */
export interface WatchList {
  /**
   * Absolute paths of the files that the plugin depends on, also of files that do not exist yet. `/folder/*` and
   * `/folder/*.go` stand for all files there, or all with this extension.
   */
  readonly files: readonly string[];
  /** The folders that contain these files, or may contain a contract. */
  readonly folders: readonly string[];
  /** Folders where every file counts: while a plugin cannot be built, not all of its files are known. */
  readonly wholeFolders: readonly string[];
}

/** Returns whether a change of the path may change the plugin. Contracts may be in any of the folders. */
export function isWatched({ files, wholeFolders }: WatchList, path: string): boolean {
  const ending = extname(path);
  const folder = dirname(path);
  if (wholeFolders.includes(folder) || ending === ".wit" || files.includes(path)) return true;
  return files.includes(join(folder, "*")) || (ending !== "" && files.includes(join(folder, `*${ending}`)));
}

/** Returns what to watch. @param given the path that the command line names */
export async function watchListOf(given: string, { artifact, runtime }: Examination): Promise<WatchList> {
  const own = resolve(given);
  const path = artifact?.path ?? own;
  const entry = artifact?.manifest.entry ?? path;
  const inputs = artifact === undefined ? undefined : await runtime?.inputs?.(artifact);
  const files = [own, path, entry, ...(inputs ?? [])];
  const folders = [...(artifact?.kind === "file" ? [] : [path]), ...files.map((file) => dirname(file))];
  const stem = basename(path, extname(path));
  const manifests = [join(path, "tenon.json"), join(path, "package.json"), join(dirname(path), `${stem}.tenon.json`)];
  // The parent of a plugin that is a folder contains unrelated files.
  const inside = artifact?.kind === "folder" ? folders.filter((folder) => folder !== dirname(path)) : folders;
  return {
    files: [...files, ...manifests],
    folders: [...new Set(folders)],
    wholeFolders: inputs === undefined ? [...new Set(inside)] : [],
  };
}

/** Adds the files that were known before, for a list that may be incomplete. */
export function withPrevious(list: WatchList, known: WatchList): WatchList {
  return {
    files: [...new Set([...list.files, ...known.files])],
    folders: [...new Set([...list.folders, ...known.folders])],
    wholeFolders: list.wholeFolders,
  };
}
