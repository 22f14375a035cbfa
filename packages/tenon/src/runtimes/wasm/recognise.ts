import type { Builder } from "../../build/builder.js";
import type { Artifact, Recognition } from "../../runtime/index.js";

/** Recognises a WebAssembly binary by its first bytes, and source by asking the builders. */
export async function recogniseWasm(
  artifact: Artifact,
  builders: readonly Builder<"wasm">[],
): Promise<Recognition | undefined> {
  const form = binaryForm(artifact.head);
  if (form !== undefined) return { confidence: 2, description: form };
  return (await builderFor(artifact, builders))?.recognition;
}

/** Returns the builder that recognises an artifact with the highest confidence. */
export async function builderFor(
  artifact: Artifact,
  builders: readonly Builder<"wasm">[],
): Promise<{ builder: Builder<"wasm">; recognition: Recognition } | undefined> {
  let best: { builder: Builder<"wasm">; recognition: Recognition } | undefined;
  for (const builder of builders) {
    const recognition = await builder.recognise(artifact);
    if (recognition !== undefined && recognition.confidence > (best?.recognition.confidence ?? 0))
      best = { builder, recognition };
  }
  return best;
}

/** Returns the builder of an artifact if building runs the artifact's code, so that a check must not build it. */
export async function builderThatRunsCode(
  artifact: Artifact,
  builders: readonly Builder<"wasm">[],
): Promise<Builder<"wasm"> | undefined> {
  if (binaryForm(artifact.head) !== undefined) return undefined;
  const builder = (await builderFor(artifact, builders))?.builder;
  return builder?.runsCode ? builder : undefined;
}

/** Source: WebAssembly, "Modules"; Component Model, "Binary Format": the version of a component has 1 as its layer. */
export function binaryForm(head: Uint8Array): string | undefined {
  if (head[0] !== 0 || head[1] !== 0x61 || head[2] !== 0x73 || head[3] !== 0x6d) return undefined;
  return head[6] === 1 && head[7] === 0 ? "WebAssembly component" : "WebAssembly module";
}
