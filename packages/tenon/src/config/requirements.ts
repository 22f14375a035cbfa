import {
  type ConfigProblem,
  configRequiresCycle,
  configRequiresItself,
  configRequiresRange,
  configRequiresUnknown,
} from "../errors/factories/config.js";
import { rangeIsValid } from "../host/order.js";
import { nearest } from "../runtime/nearest.js";
import type { Position } from "./document.js";

type Requiring = readonly (readonly [name: string, entry: { readonly requires?: unknown }])[];

/**
 * Finds requirements of plugins that are not in the file, ranges that are none, and plugins that require each other.
 *
 * @param at returns where the file says that a plugin requires another one.
 */
export function requirementProblems(
  plugins: Requiring,
  at: (plugin: string, required: string) => Position,
): readonly ConfigProblem[] {
  const requires = new Map(plugins.map(([name, entry]) => [name, requirementsOf(entry.requires)]));
  const names = [...requires.keys()];
  const problems: ConfigProblem[] = [];
  for (const [plugin, ranges] of requires)
    for (const [required, range] of ranges) {
      const where = at(plugin, required);
      if (required === plugin) problems.push(configRequiresItself(where, plugin));
      else if (!requires.has(required))
        problems.push(configRequiresUnknown(where, plugin, required, nearest(required, names)));
      else if (!rangeIsValid(range)) problems.push(configRequiresRange(where, plugin, required, range));
    }
  for (const cycle of cyclesOf(requires)) {
    const [first = "", second = first] = cycle;
    problems.push(configRequiresCycle(at(first, second), [...cycle, first]));
  }
  return problems;
}

function requirementsOf(given: unknown): [string, string][] {
  if (typeof given !== "object" || given === null) return [];
  return Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === "string");
}

/** Finds cycles of more than one plugin, each plugin in at most one. Not recursive: a chain may be long. */
function cyclesOf(requires: ReadonlyMap<string, readonly (readonly [string, string])[]>): string[][] {
  const cycles: string[][] = [];
  const done = new Set<string>();
  for (const first of requires.keys()) {
    const path: { readonly name: string; next: number }[] = [];
    const positions = new Map<string, number>();
    const enter = (name: string) => {
      positions.set(name, path.length);
      path.push({ name, next: 0 });
    };
    if (!done.has(first)) enter(first);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const required = requires.get(visit.name)?.[visit.next++]?.[0];
      if (required === undefined) {
        path.pop();
        positions.delete(visit.name);
        done.add(visit.name);
        continue;
      }
      const at = positions.get(required);
      if (at !== undefined) {
        if (required !== visit.name) cycles.push(path.slice(at).map(({ name }) => name));
      } else if (requires.has(required) && !done.has(required)) enter(required);
    }
  }
  return cycles;
}
