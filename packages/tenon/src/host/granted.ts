import { type Contract, signatures } from "../contract/core.js";
import { functionNotGranted, grantsUnenforced } from "../errors/factories/grant.js";
import { unknownName } from "../errors/factories/host-option.js";
import { storageNotOffered } from "../errors/factories/storage.js";
import { isTenonError } from "../errors/index.js";
import { type Enforcement, enforcementOf, grantReport, unenforcedGrants } from "../grants/enforcement.js";
import type { GrantName, Grants, ResourceGrant } from "../grants/grants.js";
import { includesFunction, storageGrant } from "../grants/missing-grants.js";
import type { FunctionTable, InstanceFunction, Level, Place, Runtime } from "../runtime/index.js";
import { nearest } from "../runtime/nearest.js";
import { defaultPlace, type Examination, expectOffered, placesOffered } from "./check.js";
import type { CheckOptions, Limits } from "./options.js";
import { findingOf, type Report, verdictOf } from "./report.js";

/** Where a plugin is to run, and what of its options decides about the enforcement of its grants. */
export interface GrantedPlugin {
  readonly name: string;
  readonly runtime: Runtime;
  readonly placeName: string;
  readonly places: ReadonlyMap<string, Place>;
  readonly grants: Grants;
  readonly isolation: Level | undefined;
}

/** Says what enforces each grant of a plugin. With isolation "sandboxed", `open` fails unless there is a sandbox. */
export function enforcementIn(runtime: Runtime, place: Place, isolation: Level | undefined): Enforcement {
  return enforcementOf({ runtime, place, sandboxed: isolation === "sandboxed" && runtime.isolates !== "sandboxed" });
}

/**
 * @throws TENON_GRANT_UNENFORCED if nothing enforces one of the grants, unless they say that it is allowed;
 * TENON_STORAGE_UNAVAILABLE if the plugin would not reach its storage
 */
export function expectEnforced({ name, runtime, placeName, places, grants, isolation }: GrantedPlugin): void {
  expectStorage(name, runtime, grants);
  if (grants.unenforced === "allow") return;
  const unenforced = (place: Place): readonly GrantName[] =>
    unenforcedGrants(grants, enforcementIn(runtime, place, isolation));
  const place = places.get(placeName);
  const refused = place === undefined ? [] : unenforced(place);
  if (refused.length === 0) return;
  const offered = placesOffered(runtime, places);
  throw grantsUnenforced(name, {
    grants: refused,
    runtime: runtime.name,
    place: placeName,
    enforcing: offered.filter(([, other]) => unenforced(other).length === 0).map(([other]) => other),
    sandboxing: offered.filter(([, other]) => sandboxEnforces(runtime, other, grants)).map(([other]) => other),
  });
}

/**
 * Adds to a report what is known of the grants, and what `open` would refuse about them. The place is the one that `open` would
 * choose without asking the system for a sandbox.
 */
export function reportWithGrants(
  { report, artifact, runtime }: Omit<Examination, "contract">,
  places: ReadonlyMap<string, Place>,
  { place: wanted, grants = {}, isolation }: CheckOptions,
): Report {
  if (artifact === undefined || runtime === undefined) return report;
  const { name, grants: asked } = artifact.manifest;
  const placeName = wanted ?? defaultPlace(runtime, places);
  const place = places.get(placeName);
  const findings = [...report.findings];
  try {
    expectOffered(runtime, placeName, places, report.artifact);
    expectEnforced({ name, runtime, placeName, places, grants, isolation });
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    findings.push(...findingOf(thrown));
  }
  if (place === undefined) return { ...report, findings, verdict: verdictOf(findings) };
  return {
    ...report,
    findings,
    verdict: verdictOf(findings),
    grants: grantReport(asked, grants, placeName, enforcementIn(runtime, place, isolation)),
  };
}

function expectStorage(name: string, { name: runtime, stores = [] }: Runtime, { storage }: Grants): void {
  if (storage === undefined || stores.includes("entries")) return;
  const offersFolder = stores.includes("folder");
  if (!offersFolder || storageGrant(storage).folder !== true) throw storageNotOffered(name, runtime, offersFolder);
}

/** Whether all grants are enforced where a place sandboxes. Whether it does on this system, only trying it would show. */
function sandboxEnforces(runtime: Runtime, place: Place, grants: Grants): boolean {
  return (
    place.sandboxes !== undefined && unenforcedGrants(grants, enforcementIn(runtime, place, "sandboxed")).length === 0
  );
}

/** Adds granted resources to the limits that the place enforces. What `open` says in `limits` wins. */
export function withResources(
  limits: Limits,
  granted: ResourceGrant | undefined,
  own: Partial<Limits> | undefined,
  enforcement: Enforcement,
): Limits {
  const added = Object.entries(granted ?? {}).filter(([resource]) => {
    const name = resource as keyof ResourceGrant;
    const enforcer = enforcement[`resources.${name}`];
    // Memory is a limit of every runtime as well. Of the others, the place refuses what it does not enforce.
    return own?.[name] === undefined && (enforcer === "place" || (name === "memory" && enforcer !== "none"));
  });
  return added.length === 0 ? limits : { ...limits, ...Object.fromEntries(added) };
}

/** The grants with the limits of resources that are set, whether they were granted or not. */
export function grantsWithin(grants: Grants, { memory, processes, files, cpu }: Limits): Grants {
  const set = Object.entries({ memory, processes, files, cpu }).filter(([, most]) => most > 0);
  return set.length === 0 ? grants : { ...grants, resources: { ...grants.resources, ...Object.fromEntries(set) } };
}

/** @throws TENON_OPTION_INVALID for a granted function that the contract does not import. */
export function expectFunctions(contract: Contract, granted: readonly string[] | undefined): void {
  if (granted === undefined) return;
  const labels = signatures(contract.imports).flatMap(({ kind, label }) => (kind === "drop" ? [] : [label]));
  for (const name of granted) {
    if (labels.some((label) => includesFunction(name, label))) continue;
    throw unknownName("host function", name, labels, nearest(name, labels), "grants.functions");
  }
}

/**
 * Returns the host's functions as a plugin may call them: those that are not granted fail with TENON_GRANT_MISSING, or are
 * absent if the contract makes them optional. The functions that release resources can always be called.
 */
export function grantedFunctions(
  contract: Contract,
  table: FunctionTable,
  granted: readonly string[],
  plugin: string,
): FunctionTable {
  const functions = new Map<string, InstanceFunction | undefined>();
  for (const { kind, label, path, type } of signatures(contract.imports)) {
    const isGranted = kind === "drop" || granted.some((name) => includesFunction(name, label));
    if (isGranted) functions.set(path, table.get(path));
    else functions.set(path, type.optional ? undefined : refusing(plugin, label));
  }
  return functions;
}

function refusing(plugin: string, label: string): InstanceFunction {
  const refuse = () => {
    throw functionNotGranted(plugin, label);
  };
  return { invoke: refuse, invokeSync: refuse };
}
