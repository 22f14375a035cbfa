import { type GrantName, type GrantRequest, type GrantSet, grantNames } from "./grants.js";
import { isEmptyGrant, missingGrants, storageGrant } from "./missing-grants.js";

/**
 * What enforces a grant: the host itself, the plugin's runtime, its place, or the sandbox that the place starts it in. `none`:
 * nothing does, so that a plugin of that kind reaches there whatever is granted.
 */
export type Enforcer = "host" | "runtime" | "place" | "sandbox" | "none";

export type Enforcement = Readonly<Record<GrantName, Enforcer>>;

/** What a plugin asked for, what it was given, and what enforces that. */
export interface GrantReport {
  /** What the manifest asks for. */
  readonly asked: GrantRequest;
  /** What the host gave. Of environment variables only the names, since their values may be secrets: `true` for each. */
  readonly given: GrantSet;
  /** What was asked for and not given. The plugin is opened without. */
  readonly missing: GrantSet;
  /** The place that this is about: where it runs, or would run. */
  readonly place: string;
  /** What enforces each grant, given or not, for this kind of plugin in this place. */
  readonly enforcedBy: Enforcement;
}

/** What decides about enforcement. */
export interface EnforcementOf {
  readonly runtime: { readonly enforces?: readonly GrantName[] };
  readonly place: {
    readonly enforces?: readonly GrantName[];
    readonly resourceLimits?: readonly ("processes" | "files" | "cpu")[];
  };
  /** Whether the place starts it in a sandbox of the operating system. */
  readonly sandboxed: boolean;
}

/** What a sandbox of the operating system enforces. It has a network of its own, so that nobody else reaches what listens there. */
const bySandbox: ReadonlySet<GrantName> = new Set(["environment", "folders", "network", "programs", "storage.folder"]);

/** Says what enforces each grant for a plugin of a runtime in a place. */
export function enforcementOf({ runtime, place, sandboxed }: EnforcementOf): Enforcement {
  const enforcer = (name: GrantName): Enforcer => {
    // The host calls its functions itself, wherever the plugin is.
    if (name === "functions" || name === "storage") return "host";
    if (runtime.enforces?.includes(name)) return "runtime";
    if (place.enforces?.includes(name) || place.resourceLimits?.some((limit) => name === `resources.${limit}`))
      return "place";
    return sandboxed && bySandbox.has(name) ? "sandbox" : "none";
  };
  return Object.fromEntries(grantNames.map((name) => [name, enforcer(name)])) as Enforcement;
}

/** The names of the grants that are given, in the order in which they are listed. */
export function givenNames(given: GrantSet): readonly GrantName[] {
  return grantNames.filter((name) => {
    const [field, part] = name.split(".") as [keyof GrantSet, string?];
    if (name === "storage.folder") return given.storage !== undefined && storageGrant(given.storage).folder === true;
    if (part !== undefined) return given[field] !== undefined && Object.hasOwn(given[field] as object, part);
    // A list of functions restricts, even an empty one. What may be stored has a default.
    if (field === "storage") return given.storage !== undefined;
    return field === "functions" ? given.functions !== undefined : !isEmptyGrant(given[field]);
  });
}

/** The given grants that nothing enforces. */
export function unenforcedGrants(given: GrantSet, enforcement: Enforcement): readonly GrantName[] {
  return givenNames(given).filter((name) => enforcement[name] === "none");
}

/** Makes the report on a plugin's grants. */
export function grantReport(asked: GrantRequest, given: GrantSet, place: string, enforcedBy: Enforcement): GrantReport {
  const { environment, ...granted } = given;
  const others = Object.fromEntries(
    Object.entries(granted).filter(([name, grant]) => name !== "unenforced" && grant !== undefined),
  );
  const shown =
    environment === undefined
      ? {}
      : { environment: Object.fromEntries(Object.keys(environment).map((name) => [name, true as const])) };
  return { asked, given: { ...shown, ...others }, missing: missingGrants(asked, given), place, enforcedBy };
}
