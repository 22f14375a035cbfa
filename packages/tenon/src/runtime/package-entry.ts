import { stat } from "node:fs/promises";
import { join } from "node:path";

/** The extensions of JavaScript and TypeScript, in the order in which they are tried. */
export const scriptExtensions: readonly string[] = ["ts", "mts", "cts", "tsx", "js", "mjs", "cjs", "jsx"];

// The conditions that Node itself uses for an import, and our own.
const conditions = new Set(["tenon", "node", "import", "module-sync", "require", "default"]);

/** Returns what package.json names as the package's entry: `exports`, then `module`, then `main`. */
export function packageEntries(fields: Readonly<Record<string, unknown>>): readonly { field: string; path: string }[] {
  const entries: { field: string; path: string }[] = [];
  const exported = conditional(rootExport(fields.exports), 0);
  if (exported !== undefined) entries.push({ field: "exports", path: exported });
  for (const field of ["module", "main"]) {
    const path = fields[field];
    if (typeof path === "string" && path !== "") entries.push({ field, path });
  }
  return entries;
}

/**
 * Returns what `exports` of a package says about a subpath: `./file`. A `*` stands for any part of a name, and the longest
 * name before it wins. `undefined` if the subpath is not exported.
 */
export function exportedPath(exports: unknown, subpath: string): string | undefined {
  if (typeof exports !== "object" || exports === null || Array.isArray(exports)) return undefined;
  const named = exports as Record<string, unknown>;
  if (Object.hasOwn(named, subpath) && !subpath.includes("*")) return conditional(named[subpath], 0);
  const patterns = Object.keys(named).flatMap((key) => {
    const [before = "", after, ...more] = key.split("*");
    return after === undefined || more.length > 0 ? [] : [{ key, before, after }];
  });
  patterns.sort((one, other) => other.before.length - one.before.length || other.key.length - one.key.length);
  for (const { key, before, after } of patterns) {
    const fits = subpath.startsWith(before) && subpath.endsWith(after) && subpath.length > before.length + after.length;
    if (!fits) continue;
    const part = subpath.slice(before.length, subpath.length - after.length);
    return conditional(named[key], 0)?.replaceAll("*", () => part);
  }
  return undefined;
}

function rootExport(exports: unknown): unknown {
  if (typeof exports !== "object" || exports === null || Array.isArray(exports)) return exports;
  const keys = Object.keys(exports);
  return keys.some((key) => key.startsWith(".")) ? (exports as Record<string, unknown>)["."] : exports;
}

function conditional(target: unknown, depth: number): string | undefined {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null || depth > 20) return undefined;
  for (const [condition, next] of Object.entries(target)) {
    // The items of an array are alternatives: the first usable one counts.
    if (!Array.isArray(target) && !conditions.has(condition)) continue;
    const found = conditional(next, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Finds the file that a path in package.json means: the path itself, the path with an extension, or a folder's index. */
export async function resolveEntry(folder: string, path: string): Promise<string | undefined> {
  const full = join(folder, path);
  const candidates = [
    full,
    ...scriptExtensions.map((extension) => `${full}.${extension}`),
    ...scriptExtensions.map((extension) => join(full, `index.${extension}`)),
  ];
  return firstFile(candidates);
}

/** Returns the first of these paths that is a file. */
export async function firstFile(candidates: readonly string[]): Promise<string | undefined> {
  for (const candidate of candidates) {
    const stats = await stat(candidate).catch(() => undefined);
    if (stats?.isFile()) return candidate;
  }
  return undefined;
}
