import inspector from "node:inspector";
import { entryMissing } from "../../errors/factories/javascript.js";
import type { Artifact, Prepared } from "../../runtime/index.js";
import { debuggableCode, type ScriptBuilder } from "../../runtime/script.js";

/** Builds the script of an artifact. The payload is a `Script`. */
export async function prepareScript(artifact: Artifact, build: ScriptBuilder, signal?: AbortSignal): Promise<Prepared> {
  const { script, fingerprint } = await build(entryOf(artifact), signal, artifact.manifest.packages);
  const payload = isDebugged() ? { ...script, code: debuggableCode(script) } : script;
  return { path: artifact.path, fingerprint, payload };
}

/** Whether the host's process listens for a debugger. */
function isDebugged(): boolean {
  return process.features.inspector && inspector.url() !== undefined;
}

export function entryOf({ given, manifest }: Artifact): string {
  if (manifest.entry !== undefined) return manifest.entry;
  throw entryMissing(given);
}
