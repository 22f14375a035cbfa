import {
  dependencyCycle,
  dependencyLeftOut,
  dependencyMissing,
  dependencyVersion,
  rangeInvalid,
} from "../errors/factories/point.js";
import type { TenonError } from "../errors/index.js";
import { nearest } from "../runtime/nearest.js";
import { semanticVersions } from "../runtime/semantic-versions.js";

/** What determines the order of plugins. */
export interface Orderable {
  readonly name: string;
  readonly version: string | undefined;
  /** Higher comes first. */
  readonly priority: number;
  /** Plugins that must come before this one: name to semantic version range. */
  readonly requires: Readonly<Record<string, string>>;
}

/** An order, and the plugins that are left out of it. */
export interface Arrangement<M> {
  readonly ordered: readonly M[];
  /** What is wrong with the dependencies of each plugin that is left out, in the order of priority. */
  readonly leftOut: ReadonlyMap<M, TenonError>;
}

/**
 * Sorts plugins: higher priority first, ties by name, then in the given order. A dependency comes before the plugin that
 * requires it, moved forward as far as needed, so it has at least the priority of that plugin.
 *
 * A plugin whose dependencies are not met is left out, and so are the plugins that require it. The others are not affected.
 */
export function arrange<M extends Orderable>(members: readonly M[]): Arrangement<M> {
  return arrangeRanked(ranked(members), new ArrangingMemory());
}

/** Sorts plugins by priority, ties by name, then in the given order. */
export function ranked<M extends Orderable>(members: readonly M[]): M[] {
  return members
    .map((member, index) => ({ member, index }))
    .sort((left, right) => byPriority(left.member, right.member) || left.index - right.index)
    .map(({ member }) => member);
}

/** Inserts a plugin where {@link ranked} would have put it as the last of those that were given. */
export function insertRanked<M extends Orderable>(list: M[], member: M): void {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (byPriority(list[middle]!, member) <= 0) from = middle + 1;
    else to = middle;
  }
  list.splice(from, 0, member);
}

/** Does what {@link arrange} does with plugins that are {@link ranked}. */
export function arrangeRanked<M extends Orderable>(members: readonly M[], memory: ArrangingMemory<M>): Arrangement<M> {
  return new Arranging(members, memory).result();
}

/** For how many missing plugins a similar name is looked for: more would only be repeated, and each is compared with all. */
const mostHints = 20;

/** What stays the same from one arrangement of a point to the next. */
export class ArrangingMemory<M extends object> {
  readonly #errors = new WeakMap<object, { readonly key: string; readonly error: TenonError }>();
  readonly #hints = new Map<string, string | undefined>();
  #names: ReadonlySet<string> = new Set();

  /** Starts an arrangement of plugins with these names. */
  begin(names: ReadonlySet<string>): void {
    const before = this.#names;
    this.#names = names;
    if ([...before].some((name) => !names.has(name))) {
      this.#hints.clear();
      return;
    }
    const added = names.size === before.size ? [] : [...names].filter((name) => !before.has(name));
    if (added.length === 0) return;
    for (const [missing, hint] of this.#hints)
      this.#hints.set(missing, nearest(missing, hint === undefined ? added : [hint, ...added]));
  }

  /** Returns the error that was made for the plugin under this key before, or makes it. */
  error(member: M, key: string, make: () => TenonError): TenonError {
    const known = this.#errors.get(member);
    if (known?.key === key) return known.error;
    const error = make();
    this.#errors.set(member, { key, error });
    return error;
  }

  /** The name that a missing one was probably meant to be. */
  hint(missing: string): string | undefined {
    if (!this.#hints.has(missing)) {
      if (this.#hints.size >= mostHints) return undefined;
      this.#hints.set(missing, nearest(missing, this.#names));
    }
    return this.#hints.get(missing);
  }
}

/**
 * Sorts plugins as {@link arrange} does, and throws if one would be left out.
 *
 * @throws TENON_DEPENDENCY_MISSING, TENON_DEPENDENCY_VERSION or TENON_DEPENDENCY_CYCLE, naming which plugin requires what.
 * @throws TENON_MANIFEST_INVALID if a range is not a semantic version range.
 */
export function order<M extends Orderable>(members: readonly M[]): readonly M[] {
  const { ordered, leftOut } = arrange(members);
  for (const error of leftOut.values()) throw error;
  return ordered;
}

/**
 * Whether a version is inside a range. A prerelease is inside if its release would be and it is not below the range's
 * lower end: `2.1.0-beta.1` fits `^2.0.0`, while `2.0.0-rc.1` does not, and `3.0.0-alpha` does not fit `<3.0.0`. This is
 * wider than npm's rule, which must not choose a prerelease by itself; here somebody installed it on purpose.
 */
export function versionFits(version: string | undefined, range: string): boolean {
  const semver = semanticVersions();
  if (version === undefined || semver.valid(version) === null) return semver.validRange(range) === "*";
  if (semver.satisfies(version, range)) return true;
  const { major, minor, patch } = new semver.SemVer(version);
  return (
    semver.satisfies(`${major}.${minor}.${patch}`, range) &&
    semver.satisfies(version, range, { includePrerelease: true })
  );
}

export function rangeIsValid(range: unknown): range is string {
  return typeof range === "string" && range.length <= 256 && semanticVersions().validRange(range) !== null;
}

function byPriority(left: Orderable, right: Orderable): number {
  if (left.priority !== right.priority) return left.priority > right.priority ? -1 : 1;
  return left.name === right.name ? 0 : left.name < right.name ? -1 : 1;
}

interface Visit<M> {
  readonly member: M;
  /** The members that meet each requirement. */
  readonly needs: readonly (readonly M[])[];
  /** Position in `needs`, and in the members there. */
  need: number;
  candidate: number;
}

/** A depth-first walk. Not recursive, so that a long chain of dependencies cannot overflow the stack. */
class Arranging<M extends Orderable> {
  readonly #ranked: readonly M[];
  readonly #memory: ArrangingMemory<M>;
  readonly #byName = new Map<string, M[]>();
  readonly #ordered = new Set<M>();
  readonly #failed = new Map<M, TenonError>();
  readonly #path: Visit<M>[] = [];
  readonly #onPath = new Set<M>();

  constructor(ranked: readonly M[], memory: ArrangingMemory<M>) {
    this.#ranked = ranked;
    this.#memory = memory;
    for (const member of ranked) {
      const same = this.#byName.get(member.name);
      if (same === undefined) this.#byName.set(member.name, [member]);
      else same.push(member);
    }
    memory.begin(new Set(this.#byName.keys()));
  }

  result(): Arrangement<M> {
    for (const member of this.#ranked) {
      this.#begin(member);
      for (let visit = this.#path.at(-1); visit !== undefined; visit = this.#path.at(-1)) this.#step(visit);
    }
    const leftOut = new Map(
      this.#ranked.flatMap((member): [M, TenonError][] => {
        const error = this.#failed.get(member);
        return error === undefined ? [] : [[member, error]];
      }),
    );
    return { ordered: [...this.#ordered], leftOut };
  }

  #begin(member: M): void {
    if (this.#ordered.has(member) || this.#failed.has(member)) return;
    const needs: (readonly M[])[] = [];
    for (const [name, range] of Object.entries(member.requires)) {
      const found = this.#providers(member, name, range);
      if (!Array.isArray(found)) {
        this.#failed.set(member, found as TenonError);
        return;
      }
      needs.push(found);
    }
    this.#path.push({ member, needs, need: 0, candidate: 0 });
    this.#onPath.add(member);
  }

  #step(visit: Visit<M>): void {
    const { member } = visit;
    const providers = visit.needs[visit.need];
    if (providers === undefined || this.#failed.has(member)) {
      this.#end(member);
      return;
    }
    const provider = providers[visit.candidate];
    if (provider === undefined) {
      // Every provider was visited; one that is part of the order is enough.
      if (providers.some((each) => this.#ordered.has(each))) {
        visit.need++;
        visit.candidate = 0;
      } else this.#failed.set(member, this.#leftOut(member, providers));
      return;
    }
    visit.candidate++;
    if (this.#onPath.has(provider)) this.#cycle(provider);
    else this.#begin(provider);
  }

  #end(member: M): void {
    this.#path.pop();
    this.#onPath.delete(member);
    if (!this.#failed.has(member)) this.#ordered.add(member);
  }

  #cycle(from: M): void {
    const cycle = this.#path.slice(this.#path.findIndex(({ member }) => member === from)).map(({ member }) => member);
    const path = [...cycle, from].map(({ name }) => name);
    for (const member of cycle) this.#failed.set(member, dependencyCycle(member.name, path));
  }

  #providers(member: M, name: string, range: string): readonly M[] | TenonError {
    if (!rangeIsValid(range)) {
      return rangeInvalid(member.name, name, String(JSON.stringify(range)?.slice(0, 60)));
    }
    const named = this.#byName.get(name);
    if (named === undefined) {
      const hint = this.#memory.hint(name);
      const key = JSON.stringify([member.name, name, range, hint]);
      return this.#memory.error(member, key, () => dependencyMissing(member.name, name, range, hint));
    }
    const fitting = named.filter(({ version }) => versionFits(version, range));
    if (fitting.length > 0) return fitting;
    return dependencyVersion(
      member.name,
      name,
      range,
      named.map(({ version }) => version),
    );
  }

  #leftOut(member: M, providers: readonly M[]): TenonError {
    const cause = providers.map((each) => this.#failed.get(each)).find((error) => error !== undefined);
    return dependencyLeftOut(member.name, providers[0]?.name ?? "", cause);
  }
}
