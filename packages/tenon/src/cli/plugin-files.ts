import { dirname } from "node:path";
import type { Artifact, Runtime } from "../runtime/index.js";
import type { BuiltScript } from "../runtime/script.js";

/** The build of a plugin that is source text; `undefined` for any other, and for one that cannot be built. */
export async function builtScript(artifact: Artifact, runtime: Runtime): Promise<BuiltScript | undefined> {
  const { entry } = artifact.manifest;
  if (runtime.name !== "js" || entry === undefined) return undefined;
  const { createTypeScriptBuilder } = await import("../builders/typescript/index.js");
  return createTypeScriptBuilder()(entry).catch(() => undefined);
}

/** The files that a plugin is made of; a change of one of them makes it another plugin. */
export async function filesOf(artifact: Artifact, runtime: Runtime): Promise<readonly string[]> {
  const { entry, source } = artifact.manifest;
  const built = await builtScript(artifact, runtime);
  return [entry ?? artifact.path, ...(source === undefined ? [] : [source]), ...(built?.inputs ?? [])];
}

/** The folders in which they stand. */
export function foldersOf(files: readonly string[]): readonly string[] {
  return [...new Set(files.map((file) => dirname(file)))];
}
