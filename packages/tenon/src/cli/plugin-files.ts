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
  /** Whether all files are known. While a plugin cannot be built they are not, and any file may be the one that counts. */
  readonly isComplete: boolean;
}

/** Whether a change of the path may make it another plugin. Contracts may stand in any of the folders. */
export function matters({ files, isComplete }: WatchList, path: string): boolean {
  const ending = extname(path);
  if (!isComplete || ending === ".wit" || files.includes(path)) return true;
  const folder = dirname(path);
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
  return { files: [...files, ...manifests], folders: [...new Set(folders)], isComplete: inputs !== undefined };
}
