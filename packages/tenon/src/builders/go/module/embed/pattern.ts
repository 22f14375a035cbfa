/** One part of a pattern. */
export interface PatternPart {
  /** Matches the names of files and folders. */
  readonly expression: RegExp;
  /** Whether it is a plain name. */
  readonly isName: boolean;
}

/**
 * Compiles a pattern of `//go:embed` into the parts of its path. Returns `undefined` if Go considers it invalid.
 *
 * Source: package embed (no `.`, `..` or empty parts, no slash at either end) and path.Match (`*`, `?`, `[a-z]`, `[^a-z]`, `\`).
 */
export function compilePattern(pattern: string): readonly PatternPart[] | undefined {
  const parts = pattern.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return undefined;
  const compiled = parts.map(compilePart);
  return compiled.includes(undefined) ? undefined : (compiled as PatternPart[]);
}

function compilePart(part: string): PatternPart | undefined {
  const characters = [...part];
  let expression = "";
  for (let at = 0; at < characters.length; at++) {
    const each = characters[at] as string;
    if (each === "*") expression += ".*";
    else if (each === "?") expression += ".";
    else if (each === "[") {
      const range = readRange(characters, at + 1);
      if (range === undefined) return undefined;
      expression += range.expression;
      at = range.end;
    } else if (each === "\\") {
      if (++at === characters.length) return undefined;
      expression += literal(characters[at] as string);
    } else expression += literal(each);
  }
  return { expression: new RegExp(`^${expression}$`, "su"), isName: !/[*?[]/.test(part) };
}

/** Reads the ranges between brackets. @param at the position after the opening bracket. */
function readRange(characters: readonly string[], at: number): { expression: string; end: number } | undefined {
  const isNegated = characters[at] === "^";
  let position = isNegated ? at + 1 : at;
  const one = (): string | undefined => {
    const each = characters[position];
    if (each === undefined || each === "-" || each === "]") return undefined;
    position += each === "\\" ? 2 : 1;
    return each === "\\" ? characters[position - 1] : each;
  };
  const choices: string[] = [];
  while (characters[position] !== "]" || choices.length === 0) {
    const low = one();
    if (low === undefined) return undefined;
    let high: string | undefined = low;
    if (characters[position] === "-") {
      position++;
      high = one();
    }
    if (high === undefined) return undefined;
    // A range that ends before it begins matches nothing.
    if (low <= high) choices.push(`${literal(low)}-${literal(high)}`);
    else choices.push("");
  }
  const set = choices.join("");
  const expression = isNegated ? `[^${set}]` : set === "" ? "(?!)" : `[${set}]`;
  return { expression, end: position };
}

function literal(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
