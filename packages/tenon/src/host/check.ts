import { compareContracts } from "../contract/compat/index.js";
import type { Contract } from "../contract/core.js";
import { checkThrew } from "../errors/factories/artifact.js";
import { contractDifference, contractNotCarried, runtimeUnavailable } from "../errors/factories/host.js";
import { unknownPlace as unknownPlaceOf } from "../errors/factories/host-option.js";
import { type Finding, isTenonError, type TenonError } from "../errors/index.js";
import type { Artifact, ArtifactSource, Place, PlaceName, Runtime, RuntimeChoice } from "../runtime/index.js";
import { nearest } from "../runtime/nearest.js";
import { type SharedOption, withChoice } from "../runtime/package-choice.js";
import { askSources, readPath } from "../sources/index.js";
import { OwnTime } from "./own-time.js";
import { type Recognised, recognise, withFacts } from "./recognise.js";
import { findingOf, makeReport, type Report } from "./report.js";
import { checkSettingsSchema } from "./settings.js";

/** A report, and what was read to make it. */
export interface Examination {
  readonly report: Report;
  readonly artifact: Artifact | undefined;
  readonly runtime: Runtime | undefined;
  /** The contract to open with: the host's, or the plugin's own. */
  readonly contract: Contract | undefined;
}

/**
 * Reads, recognises and compares an artifact without running it. Whatever is wrong with it is a finding, never a rejection.
 *
 * @throws only what ends `time`
 */
export async function examine(
  given: string,
  contract: Contract | undefined,
  finder: Finder,
  options: ExamineOptions = {},
  time: OwnTime = new OwnTime(),
): Promise<Examination> {
  const { runtimes, sources, cacheFolder } = finder;
  let artifact: Artifact | undefined;
  let found: Recognised | undefined;
  const report = (findings: readonly Finding[]) =>
    makeReport(given, artifact, found && { name: found.runtime.name, description: found.description }, findings);
  try {
    const { folder, integrity } = options;
    const { signal } = time;
    const request = { runtimes, sources, cacheFolder, folder, integrity, signal };
    // How long a download takes is not for the limit of loading, as with a build.
    const sourced = await time.beside(() => askSources(given, request, (work) => time.during(work)));
    artifact = withFacts(withPackages(sourced ?? (await time.during(() => readPath(given, request))), options));
    const read = artifact;
    const known = await time.during(() => recognise(read, runtimes, options.runtime));
    found = known;
    artifact = await time.during(() => withOwnContract(known.artifact, known.runtime, contract));
    const own = artifact;
    const differences = await time.during(() => compare(contract, own));
    const schema = await time.during(() => checkSchema(own));
    const checked = await time.beside(() => known.runtime.check(own, contract, time.signal));
    const findings = [
      ...checked,
      ...differences,
      ...schema,
      ...known.findings,
      ...unknownContract(own, known, checked),
    ];
    return {
      report: report(findings),
      artifact,
      runtime: found.runtime,
      contract: contract ?? artifact.manifest.contract,
    };
  } catch (thrown) {
    // That opening was cancelled or took too long says nothing about the artifact.
    if (time.stopped !== undefined) throw time.stopped;
    const error = isTenonError(thrown) ? thrown : checkThrew(given, thrown);
    return { report: report(findingOf(error)), artifact, runtime: found?.runtime, contract };
  }
}

/** What a host finds artifacts with. */
export interface Finder {
  readonly runtimes: readonly Runtime[];
  readonly sources?: readonly ArtifactSource[];
  readonly cacheFolder?: string | undefined;
}

/** The options of `open` that change what is read from an artifact, by which runtime, and where it is found. */
export interface ExamineOptions {
  readonly runtime?: RuntimeChoice | undefined;
  readonly folder?: string | undefined;
  readonly integrity?: string | undefined;
  readonly external?: readonly string[] | undefined;
  readonly shared?: SharedOption | undefined;
}

function withPackages(artifact: Artifact, { external, shared }: ExamineOptions): Artifact {
  const packages = withChoice(artifact.manifest.packages, external, shared);
  return packages === undefined ? artifact : { ...artifact, manifest: { ...artifact.manifest, packages } };
}

/** Adds the artifact's own contract, unless a file beside the artifact or its manifest names one. */
async function withOwnContract(artifact: Artifact, runtime: Runtime, host: Contract | undefined): Promise<Artifact> {
  if (artifact.manifest.contract !== undefined) return artifact;
  const contract = await runtime.contract?.(artifact, host);
  return contract === undefined ? artifact : { ...artifact, manifest: { ...artifact.manifest, contract } };
}

/** Says that the plugin's contract is known only once it runs, unless the runtime has said so. */
function unknownContract(
  { manifest, given }: Artifact,
  { runtime }: Recognised,
  checked: readonly Finding[],
): Finding[] {
  const isUnknown = manifest.contract === undefined && runtime.learns === true;
  if (!isUnknown || checked.some(({ code }) => code === "TENON_CONTRACT_NOT_CARRIED")) return [];
  return [contractNotCarried(given, true)];
}

/** The findings about the schema of the plugin's settings. */
function checkSchema({ manifest: { settings, name } }: Artifact): Finding[] {
  if (settings === undefined) return [];
  try {
    checkSettingsSchema(settings, name);
    return [];
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return findingOf(thrown);
  }
}

function compare(host: Contract | undefined, artifact: Artifact): Finding[] {
  const carried = artifact.manifest.contract;
  if (host === undefined || carried === undefined) return [];
  return compareContracts(host, carried).differences.map(contractDifference);
}

/**
 * Checks that a runtime can run in one of the host's places.
 *
 * @param name the place by the name that `open`'s option `place` uses: `worker-pool`.
 * @throws TENON_OPTION_INVALID for a place that the host does not have; TENON_RUNTIME_UNAVAILABLE with the places that the
 *   runtime can run in.
 */
export function expectOffered(
  runtime: Runtime,
  name: string,
  places: ReadonlyMap<string, Place>,
  subject: string,
): Place {
  const place = places.get(name);
  if (place === undefined) throw unknownPlace(name, [...places.keys()]);
  const offer = runtime.offers(place.traits);
  if (offer === true) return place;
  throw runtimeUnavailable(
    subject,
    runtime.name,
    name,
    offer,
    placesOffered(runtime, places).map(([other]) => other),
  );
}

/** The host's places, by name, in which a runtime can run. */
export function placesOffered(runtime: Runtime, places: ReadonlyMap<string, Place>): readonly [string, Place][] {
  return [...places].filter(([, place]) => runtime.offers(place.traits) === true);
}

/** Returns the name of the place where a runtime's plugins run unless `open` names one. */
export function defaultPlace(runtime: Runtime, places: ReadonlyMap<string, Place>): PlaceName {
  const { place } = runtime;
  if (place !== undefined && places.has(place)) return place as PlaceName;
  const [offered] = placesOffered(runtime, places);
  if (offered !== undefined) return offered[0] as PlaceName;
  // It will be refused, with the reason.
  const [first = ""] = places.keys();
  return first as PlaceName;
}

function unknownPlace(place: string, places: readonly string[]): TenonError {
  return unknownPlaceOf(place, places, nearest(place, places));
}
