// What esbuild writes for an entry in ESM form; an entry that re-exports something unknown has `__reExport` as well.
const table = /^__export\((\w+), \{\n([\s\S]*?)\n\}\);\nmodule\.exports = __toCommonJS\(\1\);/m;
const row = /^ {2}(?:(?<name>[\p{ID_Continue}$]+)|(?<quoted>"(?:[^"\\]|\\.)*")): \(\) => /u;

/**
 * The names that a bundled entry exports, read from the bundle without running it; `undefined` for a CommonJS entry,
 * whose exports are known only when it runs.
 */
export function exportedNames(bundle: string): readonly string[] | undefined {
  const form = /^module\.exports = __toCommonJS\((?<entry>\w+)\);/m.exec(bundle)?.groups;
  if (form === undefined || new RegExp(`^__reExport\\(${form.entry},`, "m").test(bundle)) return undefined;
  const found = table.exec(bundle);
  if (found === null) return [];
  const names: string[] = [];
  for (const line of (found[2] ?? "").split("\n")) {
    const groups = row.exec(line)?.groups;
    if (groups === undefined) return undefined;
    names.push(groups.quoted === undefined ? (groups.name ?? "") : (JSON.parse(groups.quoted) as string));
  }
  return names;
}
