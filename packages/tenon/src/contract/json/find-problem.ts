import { inexactInteger, numberPattern } from "./numbers.js";
import type { JsonLimits, JsonProblem } from "./problem.js";

type Within = { readonly keys: Set<string> | undefined; readonly offset: number };

/**
 * Looks for the first thing in a text that `readJson` refuses, and says where it is. It reads every character and
 * keeps every key, so it is only used when something is known to be wrong.
 */
export function findProblem(text: string, limits: JsonLimits): JsonProblem | undefined {
  return new JsonText(text, limits).problem();
}

class JsonText {
  readonly #text: string;
  readonly #levels: number;
  readonly #within: Within[] = [];
  #at = 0;

  constructor(text: string, { levels }: JsonLimits) {
    this.#text = text;
    this.#levels = levels;
  }

  problem(): JsonProblem | undefined {
    if (this.#text.startsWith("\uFEFF")) return this.#found("expected a value, found a byte order mark", 0);
    let problem = this.#value();
    while (problem === undefined) {
      this.#space();
      const within = this.#within.at(-1);
      if (within === undefined) return this.#at < this.#text.length ? this.#expected("the end of the text") : undefined;
      const end = within.keys === undefined ? "]" : "}";
      if (this.#skip(end)) {
        this.#within.pop();
        continue;
      }
      if (!this.#skip(",")) return this.#expected(`"," or "${end}"`);
      problem = within.keys === undefined ? this.#value() : this.#member(within.keys);
    }
    return problem;
  }

  /** Reads a value up to its end; of a list or an object that is not empty, up to the end of its first scalar. */
  #value(): JsonProblem | undefined {
    for (;;) {
      this.#space();
      const begin = this.#at;
      if (this.#skip("[")) {
        if (this.#within.push({ keys: undefined, offset: begin }) > this.#levels) return this.#tooDeep(begin);
        this.#space();
        if (this.#text[this.#at] === "]") return undefined;
      } else if (this.#skip("{")) {
        const keys = new Set<string>();
        if (this.#within.push({ keys, offset: begin }) > this.#levels) return this.#tooDeep(begin);
        this.#space();
        if (this.#text[this.#at] === "}") return undefined;
        const problem = this.#key(keys);
        if (problem !== undefined) return problem;
      } else return this.#scalar();
    }
  }

  #member(keys: Set<string>): JsonProblem | undefined {
    this.#space();
    return this.#key(keys) ?? this.#value();
  }

  #key(keys: Set<string>): JsonProblem | undefined {
    const begin = this.#at;
    if (this.#text[begin] !== '"') return this.#expected("a key in double quotes");
    const problem = this.#string();
    if (problem !== undefined) return problem;
    const key = JSON.parse(this.#text.slice(begin, this.#at)) as string;
    if (keys.has(key)) return this.#found(`the key ${shown(key)} is used twice in one object`, begin);
    keys.add(key);
    this.#space();
    return this.#skip(":") ? undefined : this.#expected('":"');
  }

  #scalar(): JsonProblem | undefined {
    const begin = this.#at;
    const character = this.#text[begin];
    if (character === '"') return this.#string();
    for (const word of ["null", "true", "false"])
      if (this.#text.startsWith(word, begin)) {
        this.#at += word.length;
        return undefined;
      }
    numberPattern.lastIndex = begin;
    const [number] = numberPattern.exec(this.#text) ?? [];
    if (number === undefined) return this.#expected("a value");
    this.#at += number.length;
    if (!Number.isFinite(Number(number))) return this.#found(`${shortened(number)} is too large for a number`, begin);
    return inexactInteger(number)
      ? this.#found(`${shortened(number)} has more digits than a number holds; write it as a string`, begin)
      : undefined;
  }

  #string(): JsonProblem | undefined {
    for (this.#at++; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x22) {
        this.#at++;
        return undefined;
      }
      if (code < 0x20) return this.#found(`a string contains ${codeText(code)}; write it as an escape`, this.#at);
      const begin = this.#at;
      const unit = code === 0x5c ? this.#escape() : code;
      if (unit === undefined)
        return this.#found(`unknown escape ${shown(this.#text.slice(begin, begin + 2))} in a string`, begin);
      if ((unit & 0xf800) !== 0xd800) continue;
      // Both halves are written, or both are escaped: a text with a half of a character is no text in Unicode.
      const isEscaped = code === 0x5c;
      const next = this.#text.charCodeAt(++this.#at);
      const low = isEscaped ? (next === 0x5c ? this.#escape() : undefined) : next;
      if (unit >= 0xdc00 || low === undefined || (low & 0xfc00) !== 0xdc00)
        return this.#found(`a string contains half of a character (${codeText(unit)})`, begin);
    }
    return this.#expected("the end of a string");
  }

  /** Reads an escape up to its last character, and returns the unit of UTF-16 that it stands for. */
  #escape(): number | undefined {
    const letter = this.#text[++this.#at];
    if (letter !== "u") return letter !== undefined && '"\\/bfnrt'.includes(letter) ? 0 : undefined;
    const digits = this.#text.slice(this.#at + 1, this.#at + 5);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) return undefined;
    this.#at += 4;
    return Number.parseInt(digits, 16);
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #skip(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #tooDeep(offset: number): JsonProblem {
    return this.#found(`values are nested more than ${this.#levels} levels deep`, offset, "limit");
  }

  #expected(what: string): JsonProblem {
    const point = this.#text.codePointAt(this.#at);
    const found = point === undefined ? "the end" : shown(String.fromCodePoint(point));
    return this.#found(`expected ${what}, found ${found}`, this.#at);
  }

  #found(problem: string, offset: number, kind: JsonProblem["kind"] = "syntax"): JsonProblem {
    return { kind, problem, ...positionOf(this.#text, offset) };
  }
}

/** Returns the line and the column, both from 1, of a character. */
function positionOf(text: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < offset; end = text.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

const shown = (text: string): string => JSON.stringify(shortened(text));
const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
const codeText = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
