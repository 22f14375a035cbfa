import { entryMissing } from "../../errors/factories/javascript.js";
import type { Artifact, Prepared } from "../../runtime/index.js";
import type { ScriptBuilder } from "../../runtime/script.js";

/** Builds the script of an artifact. The payload is a `Script`. */
export async function prepareScript(artifact: Artifact, build: ScriptBuilder, signal?: AbortSignal): Promise<Prepared> {
  const { script, fingerprint } = await build(entryOf(artifact), signal, artifact.manifest.packages);
  return { path: artifact.path, fingerprint, payload: script };
}

export function entryOf({ given, manifest }: Artifact): string {
  if (manifest.entry !== undefined) return manifest.entry;
  throw entryMissing(given);
}
