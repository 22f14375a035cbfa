/** Splits text as the parser does; the last token is null. */
export interface Tokens {
  readonly line: number;
  next(): string | null;
}

const scopes = new Set(["message", "enum", "service"]);
const labels = new Set(["optional", "required", "repeated", "export", "local"]);

/**
 * Returns the lines on which the names of a file are declared, by full name. The parser of the library keeps no lines, so this
 * follows blocks and statements only. It runs only to word an error.
 */
export function declaredLines(tokens: Tokens, packageName: string): ReadonlyMap<string, readonly number[]> {
  const lines = new Map<string, number[]>();
  const stack: (string | undefined)[] = [packageName === "" ? "" : `${packageName}.`];
  let statement: string[] = [];
  let begun = 0;
  const declare = (name: string | undefined): void => {
    const scope = stack.at(-1);
    if (scope === undefined || name === undefined) return;
    const full = scope + name;
    const known = lines.get(full);
    if (known === undefined) lines.set(full, [begun]);
    else known.push(begun);
  };
  for (let token = tokens.next(); token !== null; token = tokens.next()) {
    if (token === '"' || token === "'") {
      for (let inside = tokens.next(); inside !== null && inside !== token; ) inside = tokens.next();
      continue;
    }
    if (statement.length === 0) begun = tokens.line;
    if (token === "{") {
      const words = statement.filter((word) => !labels.has(word));
      const [kind = "", name = ""] = words;
      const scope = stack.at(-1);
      if (kind === "oneof") {
        declare(name);
        stack.push(scope);
      } else if (scope !== undefined && (scopes.has(kind) || kind === "group")) {
        declare(name);
        if (kind === "group") declare(name.charAt(0).toLowerCase() + name.slice(1));
        stack.push(`${scope}${name}.`);
      } else {
        if (kind === "rpc") declare(name);
        stack.push(undefined);
      }
      statement = [];
    } else if (token === "}") {
      if (stack.length > 1) stack.pop();
      statement = [];
    } else if (token === ";") {
      const at = statement.indexOf("=");
      if (statement[0] === "rpc") declare(statement[1]);
      else if (at > 0 && statement[0] !== "option" && /^-?\w+$/.test(statement[at + 1] ?? ""))
        declare(statement[at - 1]);
      statement = [];
    } else statement.push(token);
  }
  return lines;
}
