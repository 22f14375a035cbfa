import { resolve } from "node:path";
import { schemeUnsupported } from "../errors/factories/host-option.js";
import { isTenonError } from "../errors/index.js";
import { type EntryRules, joinEntryRules } from "../runtime/entry-rules.js";
import type { Artifact, ArtifactSource, Runtime, SourceContext } from "../runtime/index.js";
import { readArtifact } from "../runtime/read-artifact.js";

type Resolve = ArtifactSource["resolve"];

/** A source whose code is imported with the first text that it may take. */
function source(name: string, form: string, mayTake: RegExp, load: () => Promise<Resolve>): ArtifactSource {
  const resolve: Resolve = async (given, context) => (mayTake.test(given) ? (await load())(given, context) : undefined);
  return { name, form, resolve };
}

/** Tenon's own sources, in the order in which they are asked. What none of them takes is a path. */
const ownSources: readonly ArtifactSource[] = [
  source("command", "command:LINE", /^command:/, async () => (await import("./command.js")).resolveCommand),
  source("npm", "npm:PACKAGE", /^npm:/, async () => (await import("./npm.js")).resolvePackage),
  source("https", "https:URL", /^https?:/i, async () => (await import("./download.js")).resolveDownload),
  source(
    "archive",
    "an archive",
    /\.(?:tgz|tar\.gz|zip)$|^file:.*#sha256-/i,
    async () => (await import("./archive-file.js")).resolveArchiveFile,
  ),
];

/** What decides where an artifact is found. */
export interface FindOptions {
  readonly runtimes: readonly Runtime[];
  /** Asked before everything else. */
  readonly sources?: readonly ArtifactSource[] | undefined;
  /** Default: the working folder of the program. */
  readonly folder?: string | undefined;
  readonly integrity?: string | undefined;
  readonly cacheFolder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the sources of the host, the runtimes (for plugins that are part of the program) and Tenon's own sources what a text
 * names. Runs nothing of it. Downloads and unpacks, if that is how the plugin comes.
 *
 * @param counted does what a runtime does, which takes no longer than opening may.
 * @returns `undefined` for what is a path, or nothing at all: see {@link readPath}.
 * @throws what the sources throw
 */
export async function askSources(
  given: string,
  options: FindOptions,
  counted: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<Artifact | undefined> {
  const { runtimes, folder, integrity, cacheFolder, signal } = options;
  const read = (path: string) => readArtifact(path, rulesOf(options));
  const context: SourceContext = { folder: resolve(folder ?? "."), integrity, cacheFolder, signal, read };
  for (const source of options.sources ?? []) {
    const artifact = await source.resolve(given, context);
    if (artifact !== undefined) return artifact;
  }
  for (const runtime of runtimes) {
    if (runtime.resolve === undefined) continue;
    const artifact = await counted(async () => runtime.resolve?.(given));
    if (artifact !== undefined) return artifact;
  }
  for (const source of ownSources) {
    const artifact = await source.resolve(given, context);
    if (artifact !== undefined) return artifact;
  }
  return undefined;
}

/**
 * Reads the file or folder at a path.
 *
 * @throws what reading throws; TENON_OPTION_INVALID for a URL of an unknown kind.
 */
export async function readPath(given: string, options: FindOptions): Promise<Artifact> {
  try {
    return await readArtifact(given, rulesOf(options));
  } catch (thrown) {
    const scheme = isTenonError(thrown, "TENON_ARTIFACT_MISSING") ? schemeOf(given) : undefined;
    if (scheme === undefined) throw thrown;
    const forms = [...(options.sources ?? []), ...ownSources].map(({ form }) => form);
    throw schemeUnsupported(given, scheme, [...new Set(["a path", "file:PATH", "builtin:NAME", ...forms])]);
  }
}

function rulesOf({ runtimes }: FindOptions): EntryRules {
  return joinEntryRules(runtimes.map(({ entries }) => entries));
}

/** The scheme of a URL, as `oci:`. A single letter is a drive of Windows, and `file:` is a path. */
function schemeOf(given: string): string | undefined {
  const scheme = /^[a-z][a-z0-9+.-]+:/i.exec(given)?.[0].toLowerCase();
  return scheme === "file:" ? undefined : scheme;
}
