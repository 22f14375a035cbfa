// What esbuild writes for an ESM entry. An entry that re-exports an external module has `__reExport` as well.
const table = /^__export\((\w+), \{\n([\s\S]*?)\n\}\);\nmodule\.exports = __toCommonJS\(\1\);/m;
const row = /^ {2}(?:(?<name>(?:[\p{ID_Continue}$]|\\u\{?[\da-fA-F]+\}?)+)|(?<quoted>"(?:[^"\\]|\\.)*")): \(\) => /u;

/**
 * Returns the names that a bundled entry exports, without running the bundle. Returns `undefined` for a CommonJS entry, whose
 * exports are only known when it runs.
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
    names.push(unescaped(groups.quoted?.slice(1, -1) ?? groups.name ?? ""));
  }
  return names;
}

/** Replaces the escapes of JavaScript that esbuild writes in names. */
function unescaped(text: string): string {
  return text.replace(
    /\\(?:u\{([\da-fA-F]+)\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(.))/g,
    (_, point, unit, byte, other) =>
      other === undefined ? String.fromCodePoint(Number.parseInt(point ?? unit ?? byte, 16)) : (single[other] ?? other),
  );
}

const single: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v" };
