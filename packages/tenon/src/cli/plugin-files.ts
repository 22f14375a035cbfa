import { basename, dirname, extname, join, resolve } from "node:path";
import type { Examination } from "../host/check.js";
import type { Artifact, Runtime } from "../runtime/index.js";
import type { BuiltScript } from "../runtime/script.js";

/** The build of a plugin that is source text; `undefined` for any other, and for one that cannot be built. */
export async function builtScript(artifact: Artifact, runtime: Runtime): Promise<BuiltScript | undefined> {
  const { entry } = artifact.manifest;
  if (runtime.name !== "js" || entry === undefined) return undefined;
  const { createTypeScriptBuilder } = await import("../builders/typescript/index.js");
  return createTypeScriptBuilder()(entry).catch(() => undefined);
}

/** What to watch of a plugin. */
export interface WatchList {
  /**
   * Absolute paths, also of files that do not exist yet: a change of one of them makes it another plugin. `/folder/*` and
   * `/folder/*.go` stand for every file there, or for those of one ending.
   */
  readonly files: readonly string[];
  /** The folders in which they stand, and in which a contract may. */
  readonly folders: readonly string[];
  /** Folders in which any file may count: while a plugin cannot be built, not all of its files are known. */
  readonly anyIn: readonly string[];
}

/** Whether a change of the path may make it another plugin. Contracts may stand in any of the folders. */
export function matters({ files, anyIn }: WatchList, path: string): boolean {
  const ending = extname(path);
  const folder = dirname(path);
  if (anyIn.includes(folder) || ending === ".wit" || files.includes(path)) return true;
  return files.includes(join(folder, "*")) || (ending !== "" && files.includes(join(folder, `*${ending}`)));
}

/** @param given the path that the command line names. */
export async function watchListOf(given: string, { artifact, runtime }: Examination): Promise<WatchList> {
  const own = resolve(given);
  const path = artifact?.path ?? own;
  const entry = artifact?.manifest.entry ?? path;
  const built = artifact === undefined || runtime === undefined ? undefined : await builtScript(artifact, runtime);
  const inputs = built?.inputs ?? (artifact === undefined ? undefined : await runtime?.inputs?.(artifact));
  const files = [own, path, entry, ...(inputs ?? [])];
  const folders = [...(artifact?.kind === "file" ? [] : [path]), ...files.map((file) => dirname(file))];
  const stem = basename(path, extname(path));
  const manifests = [join(path, "tenon.json"), join(path, "package.json"), join(dirname(path), `${stem}.tenon.json`)];
  // Beside a plugin that is a folder stands what has nothing to do with it.
  const inside = artifact?.kind === "folder" ? folders.filter((folder) => folder !== dirname(path)) : folders;
  return {
    files: [...files, ...manifests],
    folders: [...new Set(folders)],
    anyIn: inputs === undefined ? [...new Set(inside)] : [],
  };
}

/** What to watch while not all files are known: those that were known before, too. */
export function withKnown(list: WatchList, known: WatchList): WatchList {
  return {
    files: [...new Set([...list.files, ...known.files])],
    folders: [...new Set([...list.folders, ...known.folders])],
    anyIn: list.anyIn,
  };
}
