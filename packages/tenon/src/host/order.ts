import { errors, type TenonError } from "../errors/index.js";
import { nearest } from "../runtime/nearest.js";
import { semanticVersions } from "../runtime/semantic-versions.js";

/** What the order of plugins follows from. */
export interface Orderable {
  readonly name: string;
  readonly version: string | undefined;
  /** Higher comes first. */
  readonly priority: number;
  /** Plugins that must come before this one: name to semantic version range. */
  readonly requires: Readonly<Record<string, string>>;
}

/** An order, and those that have no place in it. */
export interface Arrangement<M> {
  readonly ordered: readonly M[];
  /** What is wrong with the dependencies of each one that is left out, in the order of their priority. */
  readonly leftOut: ReadonlyMap<M, TenonError>;
}

/**
 * Puts plugins in order: higher priority first, ties by name, then as given; but whatever one requires comes before it,
 * pulled forward as far as is needed. So a dependency has at least the priority of those that need it.
 *
 * One whose dependencies cannot be met is left out, as are those that require it, and the rest is not disturbed.
 */
export function arrange<M extends Orderable>(members: readonly M[]): Arrangement<M> {
  const ranked = members
    .map((member, index) => ({ member, index }))
    .sort((left, right) => byPriority(left.member, right.member) || left.index - right.index)
    .map(({ member }) => member);
  return new Arranging(ranked).result();
}

/**
 * The same order, for when all must have a place in it.
 *
 * @throws TENON_DEPENDENCY_MISSING, TENON_DEPENDENCY_VERSION or TENON_DEPENDENCY_CYCLE, naming who needs what.
 * @throws TENON_MANIFEST_INVALID when a range is not a semantic version range.
 */
export function order<M extends Orderable>(members: readonly M[]): readonly M[] {
  const { ordered, leftOut } = arrange(members);
  for (const error of leftOut.values()) throw error;
  return ordered;
}

/**
 * Whether a version is inside a range. A prerelease is, when its release would be and it does not come before the
 * range's lower end: `2.1.0-beta.1` fits `^2.0.0`, while `2.0.0-rc.1` does not, nor does `3.0.0-alpha` fit `<3.0.0`. That is
 * wider than what npm has, which must not choose a prerelease unasked; here somebody has installed it on purpose.
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

function byPriority(left: Orderable, right: Orderable): number {
  if (left.priority !== right.priority) return left.priority > right.priority ? -1 : 1;
  return left.name === right.name ? 0 : left.name < right.name ? -1 : 1;
}

interface Visit<M> {
  readonly member: M;
  /** For each requirement, the members that meet it. */
  readonly needs: readonly (readonly M[])[];
  /** Position in `needs`, and in the members there. */
  need: number;
  candidate: number;
}

/** A depth-first walk, without recursion so that a long chain of dependencies cannot overflow the stack. */
class Arranging<M extends Orderable> {
  readonly #ranked: readonly M[];
  readonly #byName = new Map<string, M[]>();
  readonly #ordered = new Set<M>();
  readonly #failed = new Map<M, TenonError>();
  readonly #path: Visit<M>[] = [];
  readonly #onPath = new Set<M>();

  constructor(ranked: readonly M[]) {
    this.#ranked = ranked;
    for (const member of ranked) {
      const same = this.#byName.get(member.name);
      if (same === undefined) this.#byName.set(member.name, [member]);
      else same.push(member);
    }
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
      // Every provider was visited; one that has a place in the order is enough.
      if (providers.some((each) => this.#ordered.has(each))) {
        visit.need++;
        visit.candidate = 0;
      } else this.#failed.set(member, this.#unmet(member, providers));
      return;
    }
    visit.candidate++;
    if (this.#onPath.has(provider)) this.#circle(provider);
    else this.#begin(provider);
  }

  #end(member: M): void {
    this.#path.pop();
    this.#onPath.delete(member);
    if (!this.#failed.has(member)) this.#ordered.add(member);
  }

  #circle(from: M): void {
    const circle = this.#path.slice(this.#path.findIndex(({ member }) => member === from)).map(({ member }) => member);
    const path = [...circle, from].map(({ name }) => name);
    const shown = path.length <= 20 ? path : [...path.slice(0, 10), `… ${path.length - 20} more …`, ...path.slice(-10)];
    const message = `plugins depend on each other in a circle: ${shown.join(" -> ")}`;
    for (const member of circle)
      this.#failed.set(member, errors.TENON_DEPENDENCY_CYCLE({ message, subject: member.name }));
  }

  #providers(member: M, name: string, range: string): readonly M[] | TenonError {
    if (typeof range !== "string" || range.length > 256 || semanticVersions().validRange(range) === null) {
      return errors.TENON_MANIFEST_INVALID({
        message: `plugin "${member.name}": requires.${name}: expected a version range such as "^1.2.0", got ${JSON.stringify(range)?.slice(0, 60)}`,
        subject: member.name,
      });
    }
    const named = this.#byName.get(name);
    if (named === undefined) {
      const near = nearest(name, this.#byName.keys());
      return errors.TENON_DEPENDENCY_MISSING({
        message: `plugin "${member.name}" needs plugin "${name}" (${range}), which is not here${near === undefined ? "" : `; did you mean "${near}"?`}`,
        subject: member.name,
        fix: { text: `Open plugin "${name}", or remove it from what "${member.name}" requires.` },
      });
    }
    const fitting = named.filter(({ version }) => versionFits(version, range));
    if (fitting.length > 0) return fitting;
    const there = named
      .map(({ version }) => (version === undefined ? "one without a version" : `version ${version}`))
      .join(" and ");
    return errors.TENON_DEPENDENCY_VERSION({
      message: `plugin "${member.name}" needs plugin "${name}" in version ${range}, but ${there} is here`,
      subject: member.name,
      fix: { text: `Open a version of "${name}" inside ${range}, or change what "${member.name}" requires.` },
    });
  }

  #unmet(member: M, providers: readonly M[]): TenonError {
    const name = providers[0]?.name ?? "";
    const cause = providers.map((each) => this.#failed.get(each)).find((error) => error !== undefined);
    return errors.TENON_DEPENDENCY_MISSING({
      message: `plugin "${member.name}" needs plugin "${name}", which is left out: ${cause?.message.slice(0, 300)}`,
      subject: member.name,
      cause,
    });
  }
}
