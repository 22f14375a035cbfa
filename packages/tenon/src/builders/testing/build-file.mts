import type { Built } from "../../build/builder.js";
import type { Artifact } from "../../runtime/index.js";
import type { TypeScriptBuilderOptions } from "../typescript/builder.js";
import { createTypeScriptBuilder } from "../typescript/index.js";

/** Makes a function that builds a script from the path of its entry, with one builder. */
export function fileBuilder(options?: TypeScriptBuilderOptions) {
  const builder = createTypeScriptBuilder(options);
  return (path: string, signal?: AbortSignal): Promise<Built<"script">> => builder.build(artifactOf(path), { signal });
}

/** Returns what is the same however a script was built. */
export function withoutCached({ cached: _, ...built }: Built<"script">) {
  return built;
}

/** A file as the host finds it, without what is beside it. */
function artifactOf(path: string): Artifact {
  return {
    path,
    kind: "file",
    given: path,
    manifest: { entry: path },
    head: new Uint8Array(),
    size: 0,
  } as Artifact;
}
