import { stat } from "node:fs/promises";
import type { Contract } from "../../contract/core.js";
import { errors } from "../../errors/index.js";
import { readProgram } from "../../program/index.js";
import type { Artifact } from "../../runtime/index.js";
import type { ModuleBuilder } from "../../runtime/module-builder.js";
import { binaryForm, builderFor } from "./recognise.js";

/** A plugin's WebAssembly, as it is on disk or as a builder made it. */
export interface WasmSource {
  readonly bytes: Uint8Array;
  /** What a builder knows of the contract. */
  readonly contract: Contract | undefined;
  /** Absolute paths of the files that went into it. */
  readonly inputs: readonly string[];
}

/**
 * Reads the file, or has the source built.
 *
 * @throws what reading a file and building rejects with
 */
export async function readSource(
  artifact: Artifact,
  builders: readonly ModuleBuilder[],
  signal?: AbortSignal,
): Promise<WasmSource> {
  if (binaryForm(artifact.head) !== undefined) return readFile(artifact.manifest.entry ?? artifact.path);
  const found = await builderFor(artifact, builders);
  if (found === undefined) {
    throw errors.TENON_ARTIFACT_UNKNOWN({
      message: `${artifact.given} is neither WebAssembly nor source that can be built`,
      subject: artifact.given,
    });
  }
  return found.builder.build(artifact, { signal });
}

interface ReadFile {
  readonly version: string;
  readonly bytes: WeakRef<Uint8Array>;
}

const files = new Map<string, ReadFile>();

/**
 * Reads a file once for all steps of its openings: as long as an instance uses its bytes and it is unchanged on disk. What is
 * derived of the bytes is kept with them, and shared as they are.
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
