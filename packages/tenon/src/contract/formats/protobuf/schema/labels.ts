const word = /[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+/g;
const longest = 100;

/**
 * Returns a name of a `.proto` file as a WIT name: `first_name`, `FirstName` and `FIRST_NAME` become `first-name`,
 * `getHTTPInfo` becomes `get-http-info`.
 */
export function labelOf(name: string): string {
  let label = "";
  for (const part of name.match(word) ?? []) {
    const lower = part.toLowerCase();
    // A word of WIT begins with a letter.
    label += label === "" ? (/^[0-9]/.test(lower) ? `x${lower}` : lower) : /^[0-9]/.test(lower) ? lower : `-${lower}`;
  }
  return label === "" ? "x" : label.slice(0, longest).replace(/-$/, "");
}

/** Returns the values of an enum without the prefix that their names share with the enum's: `SEVERITY_ERROR` is `ERROR`. */
export function withoutPrefix(enumName: string, values: readonly string[]): readonly string[] {
  const prefix = `${labelOf(enumName).replaceAll("-", "_").toUpperCase()}_`;
  const shared = values.every(
    (name) => name.toUpperCase().startsWith(prefix) && /^[A-Za-z]/.test(name.slice(prefix.length)),
  );
  return shared ? values.map((name) => name.slice(prefix.length)) : values;
}
