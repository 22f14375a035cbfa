const form = "\nmodule.exports = __toCommonJS(";
const row = /^ {2}(?:(?<name>(?:[\w$]|\\u\{?[\da-fA-F]+\}?)+)|(?<quoted>"(?:[^"\\]|\\.)*")): \(\) => /;

/**
 * Returns the names that a bundled entry exports, without running the bundle, which is ASCII. Returns `undefined` for a CommonJS
 * entry, whose exports are only known when it runs.
 */
export function exportedNames(bundle: string): readonly string[] | undefined {
  // What esbuild writes for an ESM entry: the table of its exports, if there are any, and this line.
  const at = bundle.indexOf(form);
  const entry = /^(\w+)\);/.exec(bundle.slice(at + form.length, at + form.length + 1000))?.[1];
  // An entry that re-exports an external module has `__reExport` as well.
  if (at === -1 || entry === undefined || bundle.includes(`\n__reExport(${entry},`)) return undefined;
  const opening = `\n__export(${entry}, {\n`;
  const begin = bundle.lastIndexOf(opening, at);
  if (begin === -1) return [];
  const end = bundle.indexOf("\n});", begin + opening.length);
  const names: string[] = [];
  for (const line of bundle.slice(begin + opening.length, end).split("\n")) {
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
