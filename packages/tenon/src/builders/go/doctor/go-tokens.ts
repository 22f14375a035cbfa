/** One token of Go source. Comments are left out. */
export interface Token {
  readonly kind: "word" | "string" | "number" | "rune" | "sign";
  /** As written. A string is without its quotes, and with its escapes. */
  readonly text: string;
  /** Counts from 1. */
  readonly line: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** The line of a string or comment that is not closed, if there is one. */
  readonly unclosed: number | undefined;
}

const space = /[ \t\r\n\ufeff]*/y;
const lineComment = /\/\/[^\n]*/y;
const blockComment = /\/\*[\s\S]*?\*\//y;
const word = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const number = /\.?\d(?:[eEpP][+-]|[\w.])*/y;
const plainString = /"((?:[^"\\\n]|\\[^\n])*)"/y;
const rawString = /`([^`]*)`/y;
const rune = /'(?:[^'\\\n]|\\[^\n])(?:[^'\n]){0,10}'/y;

/**
 * Splits Go source into tokens, in linear time. What is not Go becomes signs of one character.
 * Source: The Go Programming Language Specification, "Lexical elements".
 */
export function readTokens(source: string): Tokens {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  let counted = 0;
  const lineAt = (position: number) => {
    for (; counted < position; counted++) if (source.charCodeAt(counted) === 10) line++;
    return line;
  };
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (true) {
    at += match(space)?.[0].length ?? 0;
    if (at >= source.length) return { tokens, unclosed: undefined };
    const begun = at;
    const comment = match(lineComment) ?? match(blockComment);
    if (comment !== null) {
      at += comment[0].length;
      continue;
    }
    const first = source.charAt(at);
    const string = first === '"' ? match(plainString) : first === "`" ? match(rawString) : undefined;
    if (string === null || source.startsWith("/*", at)) return { tokens, unclosed: lineAt(begun) };
    if (string !== undefined) {
      tokens.push({ kind: "string", text: string[1] ?? "", line: lineAt(begun) });
      at += string[0].length;
      continue;
    }
    const found = match(word) ?? match(number) ?? (first === "'" ? match(rune) : null);
    const text = found?.[0] ?? String.fromCodePoint(source.codePointAt(at) ?? 0);
    at += text.length;
    const kind = found === null ? "sign" : first === "'" ? "rune" : /^[.\d]/.test(text) ? "number" : "word";
    tokens.push({ kind, text, line: lineAt(begun) });
  }
}
