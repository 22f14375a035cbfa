import { entryMissing } from "../../errors/factories/javascript.js";
import { builtinModule } from "../../runtime/builtin-module.js";
import type { Artifact, Prepared } from "../../runtime/index.js";
import { type BuiltScript, debuggableCode, type Script, type ScriptBuilder } from "../../runtime/script.js";

/** Builds that were checked and not used yet: what is loaded is what was checked. */
const checked = new WeakMap<Artifact, BuiltScript>();

/** Builds the script of an artifact, to check it. */
export async function buildToCheck(
  artifact: Artifact,
  build: ScriptBuilder,
  signal: AbortSignal | undefined,
): Promise<BuiltScript> {
  const built = await build(entryOf(artifact), signal, artifact.manifest.packages);
  checked.set(artifact, built);
  return built;
}

/** Takes the script that was checked, or builds it. */
export async function prepareScript(
  artifact: Artifact,
  build: ScriptBuilder,
  signal?: AbortSignal,
): Promise<Prepared<Script>> {
  const built = checked.get(artifact);
  checked.delete(artifact);
  const { script, fingerprint } = built ?? (await build(entryOf(artifact), signal, artifact.manifest.packages));
  const payload = isDebugged() ? { ...script, code: debuggableCode(script) } : script;
  return { path: artifact.path, fingerprint, payload };
}

/** Whether the host's process listens for a debugger. */
function isDebugged(): boolean {
  return process.features.inspector && builtinModule("node:inspector").url() !== undefined;
}

export function entryOf({ given, manifest }: Artifact): string {
  if (manifest.entry !== undefined) return manifest.entry;
  throw entryMissing(given);
}
