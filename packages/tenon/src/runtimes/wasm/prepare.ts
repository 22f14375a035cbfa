import { readWasm } from "../../binary/wasm/index.js";
import type { Artifact, LoadLimits, Prepared } from "../../runtime/index.js";
import type { ModuleBuilder } from "../../runtime/module-builder.js";
import { kindOf } from "./artifact-kind.js";
import { compileShared } from "./compile.js";
import { fingerprintOf } from "./fingerprint.js";
import type { WasmPayload } from "./payload.js";
import { readSource } from "./source.js";

/** Reads or builds a plugin and compiles it, once for all threads. The payload is a `WasmPayload`. */
export async function prepareWasm(
  artifact: Artifact,
  builders: readonly ModuleBuilder[],
  signal: AbortSignal | undefined,
  limits: LoadLimits | undefined,
): Promise<Prepared> {
  const { bytes } = await readSource(artifact, builders, signal);
  const payload: WasmPayload = { kind: kindOf(readWasm(bytes)), given: artifact.given, bytes };
  const { memory = 0, table = 0 } = limits ?? {};
  const shared = await compileShared(payload, { memory, table });
  return { path: artifact.path, fingerprint: fingerprintOf(bytes), payload, shared };
}
