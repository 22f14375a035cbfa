import { stat } from "node:fs/promises";
import type { Builder } from "../../build/builder.js";
import type { Contract } from "../../contract/core.js";
import { notWebAssembly } from "../../errors/factories/wasm.js";
import { readProgram } from "../../program/index.js";
import type { Artifact } from "../../runtime/index.js";
import { binaryForm, builderFor } from "./recognise.js";

/** A plugin's WebAssembly, read from disk or built. */
export interface WasmSource {
  readonly bytes: Uint8Array;
  /** The contract, if a builder knows it. */
  readonly contract: Contract | undefined;
  /** Absolute paths of the files that it was built from. */
  readonly inputs: readonly string[];
}

/**
 * Reads the file, or builds the source.
 *
 * @throws what reading the file and building throw
 */
export async function readSource(
  artifact: Artifact,
  builders: readonly Builder<"wasm">[],
  signal?: AbortSignal,
): Promise<WasmSource> {
  if (binaryForm(artifact.head) !== undefined) return readFile(artifact.manifest.entry ?? artifact.path);
  const found = await builderFor(artifact, builders);
  if (found === undefined) throw notWebAssembly(artifact.given);
  return found.builder.build(artifact, { signal });
}

interface ReadFile {
  readonly version: string;
  readonly bytes: WeakRef<Uint8Array>;
}

const files = new Map<string, ReadFile>();

/**
 * Reads a file, or returns the bytes that were read before if something still uses them and the file is unchanged. What is
 * derived from the bytes is cached with them, so it is shared too.
 */
async function readFile(path: string): Promise<WasmSource> {
  const { size, mtimeMs, ino } = await stat(path);
  const version = `${size} ${mtimeMs} ${ino}`;
  const known = files.get(path);
  let bytes = known?.version === version ? known.bytes.deref() : undefined;
  if (bytes === undefined) {
    ({ bytes } = await readProgram(path));
    files.set(path, { version, bytes: new WeakRef(bytes) });
  }
  return { bytes, contract: undefined, inputs: [path] };
}
