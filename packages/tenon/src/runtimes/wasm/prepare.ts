import { readWasm } from "../../binary/wasm/index.js";
import type { Builder } from "../../build/builder.js";
import { failedBy } from "../../errors/factories/host.js";
import { digestOfHex } from "../../runtime/digest.js";
import type { Artifact, LoadLimits, Prepared } from "../../runtime/index.js";
import { checkModule } from "./check.js";
import { kindOf } from "./modules/artifact-kind.js";
import { compileShared } from "./modules/compile.js";
import { fingerprintOf } from "./modules/fingerprint.js";
import type { CompiledModules, WasmPayload } from "./modules/payload.js";
import { builderThatRunsCode } from "./recognise.js";
import { readSource } from "./source.js";

/** Reads or builds a plugin and compiles it, once for all threads. */
export async function prepareWasm(
  artifact: Artifact,
  builders: readonly Builder<"wasm">[],
  signal: AbortSignal | undefined,
  limits: LoadLimits | undefined,
): Promise<Prepared<WasmPayload, CompiledModules>> {
  const { bytes } = await readSource(artifact, builders, signal);
  // If the check did not build the source, check the result now.
  if ((await builderThatRunsCode(artifact, builders)) !== undefined) await assertValid(bytes, artifact);
  const payload: WasmPayload = { kind: kindOf(readWasm(bytes)), given: artifact.given, bytes };
  const { memory = 0, table = 0 } = limits ?? {};
  const shared = await compileShared(payload, { memory, table });
  const fingerprint = fingerprintOf(bytes);
  return {
    path: artifact.path,
    fingerprint,
    payload,
    shared,
    digest: digestOfHex(fingerprint.slice("sha256:".length)),
  };
}

/** Returns the digest of the module that would run; `undefined` if building it runs code of the plugin. */
export async function wasmDigest(
  artifact: Artifact,
  builders: readonly Builder<"wasm">[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  if ((await builderThatRunsCode(artifact, builders)) !== undefined) return undefined;
  const { bytes } = await readSource(artifact, builders, signal);
  return digestOfHex(fingerprintOf(bytes).slice("sha256:".length));
}

/** @throws the first error that the check finds, with all findings */
async function assertValid(bytes: Uint8Array, artifact: Artifact): Promise<void> {
  const findings = await checkModule(bytes, artifact, undefined);
  const first = findings.find(({ severity }) => severity === "error");
  if (first === undefined) return;
  throw failedBy([first, ...findings.filter((other) => other !== first)], first.message, first.subject);
}
