import { artifactAmbiguous, artifactUnknown } from "../errors/factories/host.js";
import { runtimeTakesNoOptions, unknownRuntime } from "../errors/factories/host-option.js";
import type { Finding } from "../errors/index.js";
import type { Artifact, FileFacts, Runtime, RuntimeChoice, RuntimeOptions } from "../runtime/index.js";
import { nearest } from "../runtime/nearest.js";
import { validateRuntimeOptions } from "./settings.js";

/** The runtime of an artifact, and what led to it. */
export interface Recognised {
  readonly runtime: Runtime;
  /** What the runtime calls this kind of artifact. */
  readonly description: string;
  /** The artifact with the runtime's validated options. */
  readonly artifact: Artifact;
  /** Says which other runtimes would open it just as well. */
  readonly findings: readonly Finding[];
}

/**
 * Finds the runtime of an artifact: the one that `open` or the manifest names, or else the one that is surest to recognise it. Of
 * several that are equally sure, the first.
 *
 * @throws TENON_OPTION_INVALID for a runtime that the host does not have, or options that it does not take;
 * TENON_ARTIFACT_UNKNOWN
 */
export async function recognise(
  artifact: Artifact,
  runtimes: readonly Runtime[],
  choice: RuntimeChoice | undefined,
): Promise<Recognised> {
  const { name, options } = chosen(artifact, choice);
  if (name !== undefined) {
    const runtime = named(artifact.given, name, runtimes);
    const configured = withOptions(artifact, runtime, options);
    const recognition = await runtime.recognise(configured);
    const description = recognition?.description ?? `plugin of the ${name} runtime`;
    return { runtime, description, artifact: configured, findings: [] };
  }
  const found: { readonly runtime: Runtime; readonly description: string; readonly confidence: number }[] = [];
  // A command is a program, whatever its program's name looks like.
  for (const runtime of artifact.kind === "command" ? runtimes.filter(({ launches }) => launches) : runtimes) {
    const recognition = await runtime.recognise(artifact);
    if (recognition !== undefined) found.push({ runtime, ...recognition });
  }
  const most = Math.max(...found.map(({ confidence }) => confidence));
  const [best, ...others] = found.filter(({ confidence }) => confidence === most);
  if (best === undefined) {
    const names = runtimes.map((runtime) => runtime.name);
    throw artifactUnknown(artifact.given, names, await artifact.facts?.());
  }
  return {
    runtime: best.runtime,
    description: best.description,
    artifact: withOptions(artifact, best.runtime, options),
    findings: others.length === 0 ? [] : [ambiguous(artifact, best.runtime, others)],
  };
}

/** Adds what the bytes of the file say it is, for runtimes that ask. */
export function withFacts(artifact: Artifact): Artifact {
  const { kind, path, manifest, head, facts } = artifact;
  const file = manifest.entry ?? (kind === "folder" ? undefined : path);
  if (facts !== undefined || file === undefined || head.length === 0) return artifact;
  let read: Promise<FileFacts> | undefined;
  return { ...artifact, facts: () => (read ??= readFacts(file, head)) };
}

/** Imported when they are asked for: reading programs is much code. */
async function readFacts(file: string, head: Uint8Array): Promise<FileFacts> {
  return (await import("../program/file-facts.js")).readFileFacts(file, head);
}

/** The runtime and the options that the manifest and `open` give together; what `open` says wins. */
function chosen({ manifest }: Artifact, choice: RuntimeChoice | undefined): { name?: string; options: RuntimeOptions } {
  const { name, ...options } = typeof choice === "string" ? { name: choice } : (choice ?? {});
  const { runtime } = manifest;
  const used = name ?? runtime?.name;
  // Options in the manifest are for the runtime that it names.
  const kept = name === undefined || runtime?.name === undefined || name === runtime.name ? runtime?.options : {};
  return { ...(used === undefined ? {} : { name: used }), options: { ...kept, ...options } };
}

function named(given: string, name: string, runtimes: readonly Runtime[]): Runtime {
  const found = runtimes.find((runtime) => runtime.name === name);
  if (found !== undefined) return found;
  const names = runtimes.map((runtime) => runtime.name);
  const near = nearest(name, names);
  throw unknownRuntime(
    given,
    name,
    near === undefined ? names : [near, ...names.filter((other) => other !== near)],
    near,
  );
}

function withOptions(artifact: Artifact, { name, options: schema }: Runtime, given: RuntimeOptions): Artifact {
  const names = Object.keys(given);
  if (schema === undefined) {
    if (names.length > 0) throw runtimeTakesNoOptions(artifact.given, name, names);
    return artifact;
  }
  const options = validateRuntimeOptions(schema, given, name, artifact.given);
  return Object.keys(options).length === 0 ? artifact : { ...artifact, options };
}

function ambiguous(artifact: Artifact, { name }: Runtime, others: readonly { readonly runtime: Runtime }[]): Finding {
  return artifactAmbiguous(
    artifact.given,
    name,
    others.map(({ runtime }) => runtime.name),
  );
}
