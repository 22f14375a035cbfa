import { witRejected, witSyntax } from "../../errors/factories/contract.js";
import type { TenonError } from "../../errors/index.js";
import type { Position } from "./ast.js";

/** The longest WIT text that is read, in UTF-16 units: 16 MiB. */
export const maximumLength = 16 * 1024 * 1024;

// Control characters except line endings and tabs, lone surrogates, bidirectional overrides, and what Unicode deprecates
// or discourages (WIT.md, "Lexical structure").
const forbidden = /[^\P{Cc}\n\r\t]|\p{Cs}|[\u202a-\u202e\u2066-\u2069\u17b4\u17b5]|\p{Deprecated}/u;

/** Returns the first character that WIT text may not contain, if there is one. */
export function forbiddenCharacter(text: string): { readonly index: number; readonly name: string } | undefined {
  const match = forbidden.exec(text);
  return match === null ? undefined : { index: match.index, name: codePoint(match[0]) };
}

/** WIT text with the name of its file. Makes errors with positions in the text. */
export class Source {
  readonly text: string;
  readonly file: string;

  /** @throws TENON_CONTRACT_SYNTAX if the text is too long or contains a character that WIT does not allow. */
  constructor(text: string, file = "<wit>") {
    this.file = file;
    if (typeof text !== "string")
      throw witRejected(file, `expected WIT text, found ${text === null ? "null" : typeof text}`);
    if (text.length > maximumLength) {
      throw witRejected(file, `expected at most ${maximumLength} characters, found ${text.length}`);
    }
    this.text = text.startsWith("\ufeff") ? text.slice(1) : text;
    const found = forbiddenCharacter(this.text);
    if (found !== undefined)
      throw this.syntaxError(found.index, "printable text", `the character ${found.name}, which WIT does not allow`);
  }

  position(offset: number): Position {
    const before = this.text.slice(0, offset);
    const lineStart = before.lastIndexOf("\n") + 1;
    let line = 1;
    for (let index = before.indexOf("\n"); index !== -1; index = before.indexOf("\n", index + 1)) line += 1;
    return { line, column: offset - lineStart + 1 };
  }

  syntaxError(offset: number, expected: string, found: string): TenonError {
    const { line, column } = this.position(offset);
    return witSyntax(`${this.file}:${line}:${column}`, this.file, expected, found, this.#excerpt(offset));
  }

  /** Returns the line of the text, with a caret below it. Of a very long line, only the part around the caret. */
  #excerpt(offset: number): string {
    const lineStart = this.text.lastIndexOf("\n", offset - 1) + 1;
    const lineEnd = this.text.indexOf("\n", offset);
    const start = Math.max(lineStart, offset - 80);
    const end = Math.min(lineEnd === -1 ? this.text.length : lineEnd, offset + 40);
    const visible = (text: string) => text.replace(/[^\P{C}\t]/gu, "\ufffd");
    const shown = visible(this.text.slice(start, end).replace(/\r$/, ""));
    const indent = visible(this.text.slice(start, offset)).replace(/[^\t]/g, " ");
    return `  ${shown}\n  ${indent}^`;
  }
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
