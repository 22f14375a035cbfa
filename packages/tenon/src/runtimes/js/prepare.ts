import { basename, dirname, relative, sep } from "node:path";
import type { Builder, Built } from "../../build/builder.js";
import { entryMissing } from "../../errors/factories/javascript.js";
import { loadedByNode } from "../../errors/factories/source.js";
import { builtinModule } from "../../runtime/builtin-module.js";
import { digestOfParts } from "../../runtime/digest.js";
import type { Artifact, Prepared } from "../../runtime/index.js";
import { debuggableCode, type Script } from "../../runtime/script.js";

/** Builds that were checked and not used yet: what is loaded is what was checked. */
const checked = new WeakMap<Artifact, Built<"script">>();

/** Builds the script of an artifact, to check it. */
export async function buildToCheck(
  artifact: Artifact,
  builder: Builder<"script">,
  signal: AbortSignal | undefined,
): Promise<Built<"script">> {
  entryOf(artifact);
  const built = await builder.build(artifact, { signal });
  checked.set(artifact, built);
  return built;
}

/** Takes the script that was checked, or builds it. */
export async function prepareScript(
  artifact: Artifact,
  builder: Builder<"script">,
  signal?: AbortSignal,
): Promise<Prepared<Script>> {
  const built = checked.get(artifact);
  checked.delete(artifact);
  const made = built ?? (await builder.build(artifact, { signal }));
  const { script, fingerprint, later } = made;
  const payload = isDebugged() ? { ...script, code: debuggableCode(script) } : script;
  const digest = digestOfScript(artifact, made);
  const unpinned = later === undefined ? {} : { unpinned: loadedByNode(later) };
  return { path: artifact.path, fingerprint, payload, ...(digest === undefined ? unpinned : { digest }) };
}

/** Returns the digest of what would run, for reports. */
export async function scriptDigest(
  artifact: Artifact,
  builder: Builder<"script">,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const built = checked.get(artifact) ?? (await builder.build(artifact, { signal }));
  return digestOfScript(artifact, built);
}

/**
 * Returns the digest of the files that a script was built from, by their paths relative to the plugin's folder. So it is the same on
 * every machine, and with every release of Tenon and Node, which are not part of the plugin.
 */
function digestOfScript({ path, kind }: Artifact, { script, files, later }: Built<"script">): string | undefined {
  if (files === undefined || later !== undefined) return undefined;
  const base = kind === "folder" ? path : dirname(path);
  const named = (file: string) => relative(base, file).split(sep).join("/");
  // What is outside is the plugin's only if it is bundled: the settings there are the host's.
  const own = files.filter(
    ([file]) => !settings.test(basename(file)) || !named(file).startsWith("../") || isInstalled(file),
  );
  const listed = own.map(([file, hash]) => `${named(file)}\0${hash}`).sort();
  return digestOfParts(["tenon script", named(script.entry), ...listed]);
}

const settings = /^(?:package|tsconfig.*)\.json$/;

function isInstalled(file: string): boolean {
  return file.split(sep).includes("node_modules");
}

/** Whether the host's process listens for a debugger. */
function isDebugged(): boolean {
  return process.features.inspector && builtinModule("node:inspector").url() !== undefined;
}

export function entryOf({ given, manifest }: Artifact): string {
  if (manifest.entry !== undefined) return manifest.entry;
  throw entryMissing(given);
}
