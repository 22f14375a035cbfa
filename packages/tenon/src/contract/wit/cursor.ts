import type { TenonError } from "../../errors/index.js";
import { mostLevels } from "../model/extent.js";
import type { Annotated, Attribute, Identifier, PackageName, Path } from "./ast.js";
import { tooLargeWit } from "./failure.js";
import { describe, Lexer, type Token } from "./lexer.js";
import type { Source } from "./source.js";

// In WIT.md, `a:b` without white space is one token. `a:func(` and `a:interface {` cannot be paths.
const packagePath = /%?[A-Za-z][A-Za-z0-9-]*:(?!(?:func|async|interface)(?![A-Za-z0-9-]))%?[A-Za-z]/y;

/** Reads tokens, and the small parts that the whole grammar shares: names, paths, gates, lists. */
export class Cursor {
  readonly source: Source;
  readonly #lexer: Lexer;
  #nesting = 0;

  constructor(source: Source) {
    this.source = source;
    this.#lexer = new Lexer(source);
  }

  peek(): Token {
    return this.#lexer.peek();
  }

  next(): Token {
    return this.#lexer.next();
  }

  /** Whether the next token is this keyword or symbol. */
  at(text: string): boolean {
    const token = this.peek();
    return token.text === text && (token.kind === "keyword" || token.kind === "symbol");
  }

  eat(text: string): boolean {
    if (!this.at(text)) return false;
    this.next();
    return true;
  }

  expect(text: string, what = `"${text}"`): Token {
    if (!this.at(text)) throw this.unexpected(what);
    return this.next();
  }

  unexpected(expected: string): TenonError {
    const token = this.peek();
    return this.source.syntaxError(token.start, expected, describe(token));
  }

  identifier(what: string): Identifier {
    const token = this.peek();
    if (token.kind === "keyword") throw this.unexpected(`${what} (write %${token.text} to use a keyword as a name)`);
    if (token.kind !== "identifier") throw this.unexpected(what);
    this.next();
    return { name: token.text, at: token.at };
  }

  /** Reads items separated by commas, with an optional trailing comma, and the closing symbol. */
  list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.at(close)) {
      items.push(item());
      if (!this.eat(",") && !this.at(close)) throw this.unexpected(`"," or "${close}"`);
    }
    this.next();
    return items;
  }

  /** Reads something that can be nested in itself, with a limit so that deeply nested text cannot overflow the stack. */
  nested<T>(read: () => T): T {
    if (this.#nesting >= mostLevels)
      throw tooLargeWit(
        this.source.file,
        this.peek().at,
        `types are nested more than ${mostLevels} levels deep`,
        "nesting",
      );
    this.#nesting += 1;
    const value = read();
    this.#nesting -= 1;
    return value;
  }

  /** Reads docs and attributes, up to the first token of the item itself. */
  annotations(): Annotated {
    const docs = [...this.peek().docs];
    const attributes: Attribute[] = [];
    while (this.eat("@")) {
      attributes.push(this.#attribute());
      docs.push(...this.peek().docs);
    }
    return {
      ...(docs.length === 0 ? {} : { docs: docs.join("\n") }),
      ...(attributes.length === 0 ? {} : { attributes }),
    };
  }

  /** Reads `namespace:name`, without a version. */
  packageName(): PackageName {
    const parts = [this.identifier("a namespace, as in namespace:name").name];
    this.expect(":", '":" and the package\'s name');
    do parts.push(this.identifier("a package name").name);
    while (this.eat(":"));
    return { namespaces: parts.slice(0, -1), names: parts.slice(-1) };
  }

  /** Reads `@1.0.0`, if it is there. */
  versionSuffix(): { readonly version?: string } {
    return this.eat("@") ? { version: this.#lexer.version() } : {};
  }

  /** Whether `a:b` without white space follows: the start of a path, not of `a: type`. */
  atPackagePath(): boolean {
    return this.#lexer.matches(packagePath);
  }

  path(what: string): Path {
    if (!this.atPackagePath()) return { name: this.identifier(what) };
    const { namespaces, names } = this.packageName();
    const rest: Identifier[] = [];
    this.expect("/", '"/" and the name of an interface or world');
    do rest.push(this.identifier("the name of an interface or world"));
    while (this.eat("/"));
    const nested = rest.slice(0, -1).map(({ name }) => name);
    return { package: { namespaces, names: [...names, ...nested], ...this.versionSuffix() }, name: rest.at(-1)! };
  }

  #attribute(): Attribute {
    const token = this.peek();
    const kind = token.kind === "identifier" ? token.text : "";
    if (kind !== "since" && kind !== "unstable" && kind !== "deprecated" && kind !== "external-id") {
      throw this.unexpected("since, unstable, deprecated or external-id");
    }
    this.next();
    this.expect("(");
    const attribute = this.#attributeValue(kind);
    this.expect(")");
    return attribute;
  }

  #attributeValue(kind: Attribute["kind"]): Attribute {
    if (kind === "external-id") {
      if (this.peek().kind !== "string") throw this.unexpected("a string");
      return { kind, id: this.next().text };
    }
    const field = kind === "unstable" ? "feature" : "version";
    if (this.peek().text !== field) throw this.unexpected(`"${field} ="`);
    this.next();
    this.expect("=");
    if (kind === "unstable") return { kind, feature: this.identifier("the name of a feature").name };
    return { kind, version: this.#lexer.version() };
  }
}
