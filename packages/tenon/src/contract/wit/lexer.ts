import { versionHere } from "../model/version.js";
import type { Position } from "./ast.js";
import { blockDocs, lineDocs } from "./documentation.js";
import { isLabel, keywords } from "./keywords.js";
import type { Source } from "./source.js";
import { readString } from "./string-literal.js";

export interface Token {
  readonly kind: "identifier" | "keyword" | "integer" | "string" | "symbol" | "end";
  /** An identifier without its `%`, or a string's value. Otherwise the text of the token. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly at: Position;
  /** The doc comments between the previous token and this one. */
  readonly docs: readonly string[];
}

const word = /%?[A-Za-z][A-Za-z0-9-]*/y;
const integer = /[0-9]+/y;
const symbols = new Set("=,:;(){}<>*/.@_");

/** Splits WIT text into tokens, one at a time, so that it needs little memory for a long text. */
export class Lexer {
  readonly source: Source;
  readonly #text: string;
  #offset = 0;
  #line = 1;
  #lineStart = 0;
  #ahead: Token | undefined;

  constructor(source: Source) {
    this.source = source;
    this.#text = source.text;
  }

  peek(): Token {
    this.#ahead ??= this.#read();
    return this.#ahead;
  }

  next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    return token;
  }

  /** Reads a version (`1.0.0-rc.1`), which would otherwise be several tokens. */
  version(): string {
    this.#back();
    this.#skip([]);
    versionHere.lastIndex = this.#offset;
    const text = versionHere.exec(this.#text)?.[0];
    if (text === undefined) {
      throw this.source.syntaxError(this.#offset, "a version such as 1.0.0", describe(this.peek()));
    }
    this.#offset += text.length;
    return text;
  }

  /** Whether the pattern matches at the next token. */
  matches(pattern: RegExp): boolean {
    pattern.lastIndex = this.peek().start;
    return pattern.test(this.#text);
  }

  #back(): void {
    if (this.#ahead === undefined) return;
    this.#offset = this.#ahead.start;
    this.#line = this.#ahead.at.line;
    this.#lineStart = this.#ahead.start - this.#ahead.at.column + 1;
    this.#ahead = undefined;
  }

  #read(): Token {
    const docs: string[] = [];
    this.#skip(docs);
    const start = this.#offset;
    const token = (kind: Token["kind"], text: string, length: number): Token => {
      this.#offset = start + length;
      return {
        kind,
        text,
        start,
        end: this.#offset,
        at: { line: this.#line, column: start - this.#lineStart + 1 },
        docs,
      };
    };
    const character = this.#text[start];
    if (character === undefined) return token("end", "", 0);
    if (character === "-" && this.#text[start + 1] === ">") return token("symbol", "->", 2);
    if (symbols.has(character)) return token("symbol", character, 1);
    if (character === '"') {
      const { value, length } = readString(this.source, start);
      return token("string", value, length);
    }
    integer.lastIndex = start;
    const digits = integer.exec(this.#text)?.[0];
    if (digits !== undefined) return token("integer", digits, digits.length);
    word.lastIndex = start;
    const found = word.exec(this.#text)?.[0];
    if (found === undefined) {
      const shown = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
      throw this.source.syntaxError(start, "a name, a keyword or a symbol of WIT", `"${shown}"`);
    }
    const escaped = found.startsWith("%");
    const name = escaped ? found.slice(1) : found;
    if (!isLabel(name)) {
      throw this.source.syntaxError(
        start,
        "a name in kebab-case, with each word all lower or all upper case, such as first-name or XML-file",
        `"${found}"`,
      );
    }
    return token(!escaped && keywords.has(name) ? "keyword" : "identifier", name, found.length);
  }

  /** Skips white space and comments. Collects doc comments. */
  #skip(docs: string[]): void {
    for (;;) {
      const character = this.#text[this.#offset];
      if (character === "\n") this.#newLine(this.#offset);
      else if (character === "/" && this.#text[this.#offset + 1] === "/") {
        this.#lineComment(docs);
        continue;
      } else if (character === "/" && this.#text[this.#offset + 1] === "*") {
        this.#blockComment(docs);
        continue;
      } else if (character !== " " && character !== "\t" && character !== "\r") return;
      this.#offset += 1;
    }
  }

  #newLine(offset: number): void {
    this.#line += 1;
    this.#lineStart = offset + 1;
  }

  #lineComment(docs: string[]): void {
    const lineEnd = this.#text.indexOf("\n", this.#offset);
    const end = lineEnd === -1 ? this.#text.length : lineEnd;
    const comment = this.#text.slice(this.#offset, end);
    if (comment.startsWith("///") && !comment.startsWith("////")) docs.push(lineDocs(comment));
    this.#offset = end;
  }

  #blockComment(docs: string[]): void {
    const start = this.#offset;
    const mark = /\/\*|\*\/|\n/g;
    mark.lastIndex = start + 2;
    for (let depth = 1; depth > 0; ) {
      const found = mark.exec(this.#text);
      if (found === null)
        throw this.source.syntaxError(start, '"*/" at the end of this comment', "the end of the text");
      if (found[0] === "\n") this.#newLine(found.index);
      else depth += found[0] === "/*" ? 1 : -1;
    }
    this.#offset = mark.lastIndex;
    const comment = this.#text.slice(start, this.#offset);
    if (/^\/\*\*(?![*/])/.test(comment)) docs.push(blockDocs(comment));
  }
}

/** Returns how a message names a token. */
export function describe(token: Token): string {
  if (token.kind === "end") return "the end of the text";
  if (token.kind === "keyword") return `the keyword "${token.text}"`;
  return token.text.length > 60 ? `"${token.text.slice(0, 60)}…"` : `"${token.text}"`;
}
