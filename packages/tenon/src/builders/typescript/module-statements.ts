import { type Token, tokensOf } from "./tokens.js";

/** An export, by the name that the file has for it. */
export interface Declared {
  readonly name: string;
  readonly local: string;
}

/** An import statement. */
export interface Imported {
  readonly specifier: string;
  readonly names: readonly Declared[];
  /** The name for the whole module: `import * as all`. */
  readonly all: string | undefined;
}

/** A module without its imports and exports: everything else is where it was. */
export interface ModuleText {
  readonly body: string;
  readonly exports: readonly Declared[];
  readonly imports: readonly Imported[];
}

/** Above this, looking at each token takes as long as the bundler. */
const largest = 64 * 1024;
/** What the module would find here, but is not its own, or is no comment in a module. */
const foreign = /[^\t\n\v\f\r -~]|<!--|-->|[#@]\s*source(?:Mapping)?URL/;
/** Words that mean another thing outside of a module, or something that only the bundler does. */
const refused = new Set("require module exports eval __dirname __filename".split(" "));
/** What the value of `export default` is kept in. With it, the text is as long as before. */
const defaultName = "_tenon_";
/** Where an expression cannot go on: a statement begins. */
const statements = new Set("export import const let var if for while do switch try throw return".split(" "));
/** Words that a statement does not end with. */
const unfinished = new Set(
  "await case const default delete do else extends in instanceof let new of return throw typeof var void yield".split(
    " ",
  ),
);
const assigning = new Set("= += -= *= /= %= **= <<= >>= >>>= &= |= ^= &&= ||= ??= ++ --".split(" "));

/** Reads the import and export statements of a module. Returns `undefined` where only a parser can, or what they say cannot be a script. */
export function readModule(text: string): ModuleText | undefined {
  if (text.length > largest || foreign.test(text)) return undefined;
  const found = tokensOf(text);
  if (found === undefined) return undefined;
  try {
    return new Reader(text, found.tokens, found.comments).read();
  } catch (thrown) {
    if (thrown === undecidable) return undefined;
    throw thrown;
  }
}

const undecidable = Symbol("undecidable");

class Reader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #edits: { readonly start: number; readonly end: number; readonly text: string }[] = [];
  readonly #exports: Declared[] = [];
  readonly #imports: Imported[] = [];
  /** What the file declares outside of any bracket. */
  readonly #declared = new Set<string>();
  #at = 0;

  constructor(text: string, tokens: readonly Token[], comments: readonly { start: number; end: number }[]) {
    this.#text = text;
    this.#tokens = tokens;
    // What a comment says is not what the code does: the runtime searches it for words.
    for (const { start, end } of comments)
      if (text.startsWith("//", start)) this.#edits.push({ start, end, text: "" });
      else this.#blank(start, end);
  }

  read(): ModuleText | undefined {
    let isFirst = true;
    for (this.#at = 0; this.#at < this.#tokens.length; ) {
      const token = this.#tokens[this.#at] as Token;
      this.#expectOwn(token);
      if (token.around !== -1 || token.kind !== "word" || this.#isProperty(this.#at)) {
        isFirst &&= token.text === ";" || token.kind === "literal";
        this.#at++;
      } else if (token.text === "import") {
        if (!isFirst || !(token.startsLine || this.#tokens[this.#at - 1]?.text === ";")) throw undecidable;
        this.#import();
      } else {
        isFirst = false;
        if (token.text === "export") this.#export();
        else {
          this.#declare(this.#at);
          this.#at++;
        }
      }
    }
    if (this.#exports.length === 0) return undefined;
    const names = new Set(this.#exports.map(({ name }) => name));
    if (names.size < this.#exports.length || names.has("__esModule") || names.has("__proto__")) return undefined;
    if (this.#exports.some(({ local }) => local !== defaultName && !this.#declared.has(local))) return undefined;
    this.#expectConstant(new Set(this.#imports.flatMap(({ names, all }) => [...names.map(({ local }) => local), all])));
    return { body: this.#edited(), exports: this.#exports, imports: this.#imports };
  }

  /** Expects that a word does not mean anything else in a script. */
  #expectOwn({ kind, text, around }: Token): void {
    if (kind !== "word" || this.#isProperty(this.#at)) return;
    if (refused.has(text) || text === defaultName || text.startsWith("__tenon")) throw undecidable;
    const next = this.#tokens[this.#at + 1];
    // `import()` and `import.meta`, `new.target`, and `super` where it is an error.
    if ((text === "import" || text === "new") && /^[.(]$/.test(next?.text ?? "")) throw undecidable;
    if (text === "super" && around === -1) throw undecidable;
    if (text === "await" && !this.#isOperator(next)) throw undecidable;
  }

  #isProperty(at: number): boolean {
    return [".", "?."].includes(this.#tokens[at - 1]?.text ?? "");
  }

  /** Whether `await` before a token cannot be a name, as it can in a script: it is then an error outside of asynchronous functions. */
  #isOperator(next: Token | undefined): boolean {
    if (next === undefined || next.startsLine) return false;
    if (next.kind === "word") return !/^(?:in|instanceof|of|as)$/.test(next.text);
    if (next.kind === "literal") return /^["'\d]/.test(next.text);
    return next.text === "!" || (next.text === "(" && this.#tokens[this.#at - 1]?.text === "for");
  }

  /** Notes the name that a statement declares. */
  #declare(at: number): void {
    const word = this.#tokens[at]?.text ?? "";
    if (!/^(?:const|let|var|class|function)$/.test(word)) return;
    const before = this.#tokens[this.#tokens[at - 1]?.text === "async" ? at - 2 : at - 1];
    // An expression declares nothing here.
    if (/^(?:class|function)$/.test(word) && before?.kind === "punctuator" && !/^[;})\]]$/.test(before.text)) return;
    const name = this.#tokens[this.#tokens[at + 1]?.text === "*" ? at + 2 : at + 1];
    if (name?.kind === "word" && name.around === -1) this.#declared.add(name.text);
  }

  #import(): void {
    const begin = this.#next("import");
    const names: Declared[] = [];
    let all: string | undefined;
    if (this.#peek().kind !== "literal") {
      let isMore = true;
      if (this.#peek().kind === "word") {
        names.push({ name: "default", local: this.#word() });
        isMore = this.#peek().text === ",";
        if (isMore) this.#next(",");
      }
      if (isMore && this.#peek().text === "*") {
        this.#next("*");
        this.#next("as");
        all = this.#word();
      } else if (isMore) names.push(...this.#names());
      this.#next("from");
    }
    const { kind, text, end } = this.#take();
    if (kind !== "literal" || !/^(?:"[^"\\]*"|'[^'\\]*')$/.test(text)) throw undecidable;
    this.#expectEnd();
    this.#imports.push({ specifier: text.slice(1, -1), names, all });
    this.#blank(begin.start, end, ";");
  }

  #export(): void {
    const before = this.#tokens[this.#at - 1];
    // A statement that has not ended would go on after the export: `if (a) export …`, which is none.
    const isAfterAnother = before !== undefined && before.text !== ";";
    if (isAfterAnother && !this.#peek().startsLine) throw undecidable;
    if (isAfterAnother && before.kind === "punctuator" && !/^[}\]]$/.test(before.text)) throw undecidable;
    if (isAfterAnother && before.kind === "word" && unfinished.has(before.text)) throw undecidable;
    const begin = this.#next("export");
    const word = this.#peek().text;
    if (word === "default") this.#exportDefault(begin);
    else if (word === "{") {
      const names = this.#names();
      const { end } = this.#tokens[this.#at - 1] as Token;
      this.#expectEnd();
      this.#exports.push(...names.map(({ name, local }) => ({ name: local, local: name })));
      this.#blank(begin.start, end, ";");
    } else {
      this.#blank(begin.start, begin.end);
      const at = this.#at;
      if (word === "async") this.#next("async");
      const declaration = this.#take().text;
      if (declaration === "function" && this.#peek().text === "*") this.#next("*");
      else if (!/^(?:const|let|var|class|function)$/.test(declaration)) throw undecidable;
      if (word === "async" && declaration !== "function") throw undecidable;
      const name = this.#word();
      this.#exports.push({ name, local: name });
      this.#declared.add(name);
      if (!/^(?:const|let|var)$/.test(declaration)) return;
      if (!["=", ";"].includes(this.#peek().text)) throw undecidable;
      this.#expectOne(at);
    }
  }

  #exportDefault(begin: Token): void {
    const { end } = this.#next("default");
    let at = this.#at;
    const [first, second] = [this.#peek(at), this.#tokens[at + 1]];
    if (/^(?:function|class)$/.test(first.text) || (first.text === "async" && second?.text === "function")) {
      if (first.text === "async") at++;
      const name = this.#peek(this.#peek(at + 1).text === "*" ? at + 2 : at + 1);
      // Without a name, it is called `default`.
      if (name.kind !== "word" || name.text === "extends") throw undecidable;
      this.#exports.push({ name: "default", local: name.text });
      this.#declared.add(name.text);
      this.#blank(begin.start, end);
      return;
    }
    // So is an arrow function.
    const isArrow = first.text === "(" || first.text === "async" || second?.text === "=>";
    if (isArrow || this.#text.slice(begin.start, end) !== "export default") throw undecidable;
    this.#exports.push({ name: "default", local: defaultName });
    this.#edits.push({ start: begin.start, end, text: `const ${defaultName}=` });
    this.#expectOne(at);
  }

  /** Reads `{ a, b as c }`. In an import, the local name comes last; in an export, the exported one. */
  #names(): Declared[] {
    const names: Declared[] = [];
    this.#next("{");
    while (this.#peek().text !== "}") {
      const name = this.#word();
      if (this.#peek().text !== "as") names.push({ name, local: name });
      else {
        this.#next("as");
        names.push({ name, local: this.#word() });
      }
      if (this.#peek().text !== "}") this.#next(",");
    }
    this.#next("}");
    return names;
  }

  /** Expects that a declaration declares no more than one variable: a comma may begin another. */
  #expectOne(at: number): void {
    for (let index = at + 1; index < this.#tokens.length; index++) {
      const { around, text, startsLine } = this.#peek(index);
      if (around !== -1 || this.#isProperty(index)) continue;
      if (text === ",") throw undecidable;
      if (text === ";" || (startsLine && statements.has(text))) return;
    }
  }

  /** Expects the end of a statement. */
  #expectEnd(): void {
    const next = this.#tokens[this.#at];
    if (next !== undefined && next.text !== ";" && !next.startsLine) throw undecidable;
  }

  /** Expects that nothing is assigned to an import: that is an error, which the bundler words. */
  #expectConstant(names: ReadonlySet<string | undefined>): void {
    for (const [at, token] of this.#tokens.entries()) {
      if (token.kind !== "word" || !names.has(token.text)) continue;
      const [before, after] = [this.#tokens[at - 1]?.text ?? "", this.#tokens[at + 1]?.text ?? ""];
      if (assigning.has(after) || before === "++" || before === "--" || after === "of" || after === "in")
        throw undecidable;
      for (let around = token.around; around !== -1; around = this.#peek(around).around) {
        const closed = this.#tokens[this.#peek(around).closing + 1]?.text ?? "";
        if (closed === "=" || closed === "of" || closed === "in") throw undecidable;
      }
    }
  }

  #peek(at: number = this.#at): Token {
    const token = this.#tokens[at];
    if (token === undefined) throw undecidable;
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#expectOwn(token);
    this.#at++;
    return token;
  }

  #next(text: string): Token {
    const token = this.#take();
    if (token.text !== text) throw undecidable;
    return token;
  }

  #word(): string {
    const { kind, text } = this.#take();
    if (kind !== "word" || text.startsWith("#")) throw undecidable;
    return text;
  }

  #blank(start: number, end: number, by = ""): void {
    this.#edits.push({ start, end, text: by + this.#text.slice(start + by.length, end).replace(/[^\r\n]/g, " ") });
  }

  /** Nothing moves, because each edit is as long as what it replaces. */
  #edited(): string {
    let body = "";
    let at = 0;
    for (const { start, end, text } of this.#edits.sort((a, b) => a.start - b.start)) {
      // A comment within a statement is gone with it.
      if (start < at) continue;
      body += this.#text.slice(at, start) + text;
      at = end;
    }
    return body + this.#text.slice(at);
  }
}
