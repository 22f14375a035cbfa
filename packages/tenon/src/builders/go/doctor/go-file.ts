import { readTokens, type Token } from "./go-tokens.js";

/** A function at the top level of a file. */
export interface GoFunctionSource {
  readonly name: string;
  readonly isMethod: boolean;
  readonly line: number;
  readonly body: readonly Token[];
}

/** What a Go file declares, as far as it matters for a plugin. */
export interface GoFile {
  readonly path: string;
  readonly packageName: string | undefined;
  /** Import paths, by the name that the file uses. */
  readonly imports: ReadonlyMap<string, string>;
  /** Import paths in the order of the file, including blank imports. */
  readonly importPaths: readonly string[];
  readonly functions: readonly GoFunctionSource[];
  /** Names of variables at the top level. */
  readonly variables: readonly string[];
  /** The tokens of var declarations at the top level, whose values are computed when the plugin is loaded. */
  readonly initializers: readonly Token[];
  /** The line of a comment, string or bracket that is not closed, if there is one. */
  readonly unclosed: number | undefined;
}

/**
 * Reads the declarations of a Go file. It is not a compiler: it skips what it does not understand, and never fails.
 * Source: The Go Programming Language Specification, "Source file organization".
 */
export function readGoFile(path: string, source: string): GoFile {
  return new Reader(path, source).read();
}

class Reader {
  readonly #path: string;
  readonly #tokens: readonly Token[];
  readonly #imports = new Map<string, string>();
  readonly #importPaths: string[] = [];
  readonly #functions: GoFunctionSource[] = [];
  readonly #variables: string[] = [];
  readonly #initializers: Token[] = [];
  #unclosed: number | undefined;
  #at = 0;

  constructor(path: string, source: string) {
    const { tokens, unclosed } = readTokens(source);
    this.#path = path;
    this.#tokens = tokens;
    this.#unclosed = unclosed;
  }

  read(): GoFile {
    const packageName = this.#text() === "package" ? this.#tokens[this.#at + 1]?.text : undefined;
    while (this.#at < this.#tokens.length) {
      const text = this.#text();
      if (text === "import") this.#import();
      else if (text === "func") this.#function();
      else if (text === "var") this.#variable();
      else if (text === "type" || text === "const") this.#declaration();
      else this.#skipOne();
    }
    return {
      path: this.#path,
      packageName,
      imports: this.#imports,
      importPaths: this.#importPaths,
      functions: this.#functions,
      variables: this.#variables,
      initializers: this.#initializers,
      unclosed: this.#unclosed,
    };
  }

  #text(offset = 0): string | undefined {
    const token = this.#tokens[this.#at + offset];
    return token === undefined || token.kind === "string" ? undefined : token.text;
  }

  #import(): void {
    this.#at++;
    const isGroup = this.#text() === "(";
    if (isGroup) this.#at++;
    do {
      let name: string | undefined;
      while (this.#at < this.#tokens.length && this.#tokens[this.#at]?.kind !== "string" && this.#text() !== ")") {
        if (this.#text() !== ";") name = this.#text();
        this.#at++;
      }
      const token = this.#tokens[this.#at];
      if (token === undefined || token.kind !== "string") break;
      this.#at++;
      this.#importPaths.push(token.text);
      if (name !== "_") this.#imports.set(name ?? defaultName(token.text), token.text);
    } while (isGroup && this.#text() !== ")");
    if (isGroup && this.#text() === ")") this.#at++;
  }

  #function(): void {
    const line = this.#tokens[this.#at]?.line ?? 0;
    this.#at++;
    const isMethod = this.#text() === "(";
    if (isMethod) this.#skipOne();
    const name = this.#text() ?? "";
    // The first brace at the top level begins the body, unless it belongs to the type of a parameter or result.
    while (this.#at < this.#tokens.length) {
      const text = this.#text();
      if (text === "{" && !/^(?:struct|interface)$/.test(this.#text(-1) ?? "")) {
        const begin = this.#at + 1;
        this.#skipOne();
        this.#functions.push({ name, isMethod, line, body: this.#tokens.slice(begin, Math.max(begin, this.#at - 1)) });
        return;
      }
      // A function without a body is written in assembly.
      if (/^(?:func|var|const|type|import)$/.test(text ?? "") && this.#text(-1) !== "(" && this.#isLineStart()) break;
      this.#skipOne();
    }
    this.#functions.push({ name, isMethod, line, body: [] });
  }

  #variable(): void {
    const declaration = this.#declaration();
    this.#declare(declaration);
    for (const token of declaration) this.#initializers.push(token);
  }

  /** Skips a declaration, or a group of them. Returns the tokens after its keyword, without the group's brackets. */
  #declaration(): readonly Token[] {
    this.#at++;
    const begin = this.#at;
    if (this.#text() === "(") {
      this.#skipOne();
      return this.#tokens.slice(begin + 1, Math.max(begin + 1, this.#at - 1));
    }
    do this.#skipOne();
    while (this.#at < this.#tokens.length && !this.#endsHere());
    return this.#tokens.slice(begin, this.#at);
  }

  /** Records the names at the start of each line of a declaration, up to the type or value. */
  #declare(tokens: readonly Token[]): void {
    let depth = 0;
    let lastLine = 0;
    let isName = false;
    for (const [index, { kind, text, line }] of tokens.entries()) {
      const before = tokens[index - 1];
      if (depth === 0 && line !== lastLine && !(before !== undefined && continues(before))) isName = true;
      lastLine = line;
      if (kind === "sign" && "([{".includes(text)) depth++;
      else if (kind === "sign" && ")]}".includes(text)) depth--;
      if (depth !== 0) {
        isName = false;
        continue;
      }
      if (text === ";") isName = true;
      else if (
        isName &&
        kind === "word" &&
        (before === undefined || before.text === "," || before.line !== line || before.text === ";")
      )
        this.#variables.push(text);
      else if (!(isName && text === ",")) isName = false;
    }
  }

  #isLineStart(): boolean {
    return this.#tokens[this.#at]?.line !== this.#tokens[this.#at - 1]?.line;
  }

  /** Whether a statement ends here: Go inserts a semicolon. Source: specification, "Semicolons". */
  #endsHere(): boolean {
    const before = this.#tokens[this.#at - 1];
    return this.#text() === ";" || (this.#isLineStart() && before !== undefined && !continues(before));
  }

  /** Skips a token, or everything from an opening bracket to the closing one. */
  #skipOne(): void {
    let depth = 0;
    const line = this.#tokens[this.#at]?.line;
    do {
      const token = this.#tokens[this.#at++];
      if (token === undefined) {
        this.#unclosed ??= line;
        return;
      }
      if (token.kind !== "sign") continue;
      if ("([{".includes(token.text)) depth++;
      else if (")]}".includes(token.text)) depth--;
    } while (depth > 0);
  }
}

/** Whether an expression continues after a token at the end of a line. */
function continues({ kind, text }: Token): boolean {
  if (kind === "word") return !/^(?:break|continue|fallthrough|return)$/.test(text) && continuingWords.has(text);
  return kind === "sign" && !")]}".includes(text);
}

const continuingWords: ReadonlySet<string> = new Set([
  "func",
  "struct",
  "interface",
  "map",
  "chan",
  "var",
  "const",
  "type",
]);

/** Guesses a package's name: the last part of its path, without a version. */
function defaultName(path: string): string {
  const parts = path.split("/");
  const last = parts.at(-1) ?? path;
  const name = /^v\d+$/.test(last) && parts.length > 1 ? (parts.at(-2) ?? last) : last;
  return name.replace(/\.v\d+$/, "").replace(/^go-|-go$/g, "");
}
