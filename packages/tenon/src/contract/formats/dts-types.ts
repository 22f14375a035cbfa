import type { Contract, FunctionType, NamedType, PrimitiveKind, ResourceType, Type } from "../model/model.js";
import { camel, pascal } from "../model/names.js";
import { holdsHandle } from "../model/reach.js";
import { NamePool } from "./name-pool.js";
import { docLines, TextWriter } from "./text-writer.js";

/** A view of a contract: see `View` in infer.ts. */
export type View = "async" | "sync" | "implement";

const suffixes: Record<View, string> = { async: "", sync: "Sync", implement: "Implementation" };
const views: readonly View[] = ["async", "sync", "implement"];

const scalars: Record<PrimitiveKind, string> = {
  bool: "boolean",
  s8: "number",
  u8: "number",
  s16: "number",
  u16: "number",
  s32: "number",
  u32: "number",
  s64: "bigint",
  u64: "bigint",
  f32: "number",
  f64: "number",
  char: "string",
  string: "string",
};

/** Names that the generated text itself uses: a declaration of the same name would hide them. */
const used = ["AbortSignal", "AsyncIterable", "JsonValue", "Map", "Promise", "Symbol", "Uint8Array"];

const jsonValue = `/** A JSON value. Its numbers are finite. */
export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
`;

// ECMAScript, "Keywords and Reserved Words"; a parameter cannot have these names, a property can.
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public return " +
    "static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

/** Writes the types of a contract as TypeScript. A type that contains a resource has one declaration for each view. */
export class DtsTypes {
  readonly #names = new Map<NamedType, Record<View, string>>();
  readonly #order: readonly NamedType[];
  readonly #wanted = new Set<string>();
  readonly #written = new Map<string, string>();
  #usesJson = false;

  constructor(contract: Contract, taken: readonly string[]) {
    const pool = new NamePool([...used, ...taken]);
    this.#order = contract.declarations.map(({ type }) => type);
    for (const { type, owner } of contract.declarations) {
      const name = pascal(type.name);
      const base = pool.take(name, (owner === undefined ? "" : pascal(owner)) + name);
      const names = { async: base, sync: base, implement: base };
      if (isSeenDifferently(type)) for (const view of views.slice(1)) names[view] = pool.take(base + suffixes[view]);
      this.#names.set(type, names);
    }
  }

  /** Returns the declarations of every type that was referenced so far, in the contract's order. */
  declarations(): string {
    for (let missing = this.#missing(); missing.length > 0; missing = this.#missing()) {
      for (const [name, type, view] of missing) this.#written.set(name, this.#declaration(name, type, view));
    }
    const names = this.#order.flatMap((type) => [...new Set(views.map((view) => this.#names.get(type)![view]))]);
    const texts = names.flatMap((name) => this.#written.get(name) ?? []);
    return (this.#usesJson ? [jsonValue, ...texts] : texts).join("\n");
  }

  reference(type: NamedType, view: View): string {
    const name = this.#names.get(type)![view];
    this.#wanted.add(name);
    return name;
  }

  func(type: FunctionType, view: View): string {
    const call = view === "implement" ? [`${this.#unique("call", type)}: Call`] : [];
    const parameters = [this.parameters(type, view), ...call].filter((text) => text !== "").join(", ");
    return `(${parameters}) => ${this.#answer(type, view)}`;
  }

  parameters(type: FunctionType, view: View): string {
    const pool = new NamePool();
    // An implementation receives handles; a caller may pass handles or its own objects. See infer.ts, `Passed`.
    const passed = view === "implement" ? "async" : "implement";
    return type.parameters
      .map(({ name, type: value }) => `${pool.take(parameterName(name))}: ${this.value(value, passed)}`)
      .join(", ");
  }

  functionDocs(type: FunctionType, view: View): string | undefined {
    const { result } = type;
    const thrown =
      result?.kind !== "result"
        ? []
        : [`@throws TenonError TENON_CALL_RESULT; payload: ${this.#valueOrNothing(result.err, view)}`];
    const text = [type.docs, ...thrown].filter((part) => part !== undefined && part !== "").join("\n");
    return text === "" ? undefined : text;
  }

  value(type: Type, view: View): string {
    switch (type.kind) {
      case "list":
        return type.element.kind === "u8" ? "Uint8Array" : `${this.#grouped(type.element, view)}[]`;
      case "option":
        if (type.some.kind === "option")
          return `{ tag: "some"; val: ${this.value(type.some, view)} } | { tag: "none" }`;
        return `${this.value(type.some, view)} | undefined`;
      case "result":
        return `{ tag: "ok"; val: ${this.#valueOrNothing(type.ok, view)} } | { tag: "err"; val: ${this.#valueOrNothing(type.err, view)} }`;
      case "tuple":
        return `[${type.items.map((item) => this.value(item, view)).join(", ")}]`;
      case "own":
      case "borrow":
        return this.reference(type.resource, view);
      case "stream":
        return `AsyncIterable<${type.element?.kind === "u8" ? "Uint8Array" : this.#valueOrNothing(type.element, view)}>`;
      case "future":
        return `Promise<${this.#valueOrNothing(type.value, view)}>`;
      case "map":
        return `Map<${this.value(type.key, view)}, ${this.value(type.value, view)}>`;
      case "json":
        this.#usesJson = true;
        return "JsonValue";
      case "recursive":
        return this.reference(type.target, view);
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.reference(type, view);
      default:
        return scalars[type.kind];
    }
  }

  #grouped(type: Type, view: View): string {
    const text = this.value(type, view);
    return text.includes(" | ") ? `(${text})` : text;
  }

  #valueOrNothing(type: Type | undefined, view: View): string {
    return type === undefined ? "undefined" : this.value(type, view);
  }

  #answer({ result }: FunctionType, view: View): string {
    // What a function without a result returns is ignored, so an implementation may return anything: see infer.ts.
    if (view === "implement" && result === undefined) return "unknown";
    const answered = result?.kind === "result" ? result.ok : result;
    const returned = answered === undefined ? "void" : this.value(answered, view);
    if (view === "sync") return returned;
    return view === "async" ? `Promise<${returned}>` : `${returned} | Promise<${returned}>`;
  }

  #unique(name: string, type: FunctionType): string {
    return new NamePool(type.parameters.map((parameter) => parameterName(parameter.name))).take(name);
  }

  #missing(): [string, NamedType, View][] {
    const missing = new Map<string, [string, NamedType, View]>();
    for (const type of this.#order) {
      for (const view of views) {
        const name = this.#names.get(type)![view];
        if (this.#wanted.has(name) && !this.#written.has(name) && !missing.has(name))
          missing.set(name, [name, type, view]);
      }
    }
    return [...missing.values()];
  }

  #declaration(name: string, type: NamedType, view: View): string {
    const out = new TextWriter();
    docComment(out, type.docs);
    switch (type.kind) {
      case "record":
        out.block(`export interface ${name} {`, () => {
          for (const field of type.fields) {
            docComment(out, field.docs);
            const isOptional = field.type.kind === "option" && field.type.some.kind !== "option";
            out.line(`${camel(field.name)}${isOptional ? "?" : ""}: ${this.value(field.type, view)};`);
          }
        });
        break;
      case "variant":
        out.block(
          `export type ${name} =`,
          () => {
            for (const [index, item] of type.cases.entries()) {
              docComment(out, item.docs);
              const payload = item.type === undefined ? "val?: undefined" : `val: ${this.value(item.type, view)}`;
              out.line(
                `| { tag: ${JSON.stringify(item.name)}; ${payload} }${index === type.cases.length - 1 ? ";" : ""}`,
              );
            }
          },
          "",
        );
        break;
      case "enum":
        out.line(
          `export type ${name} = ${[...type.cases.map((item) => JSON.stringify(item.name)), ...(type.open ? ["number"] : [])].join(" | ")};`,
        );
        break;
      case "flags":
        out.block(`export interface ${name} {`, () => {
          for (const flag of type.flags) {
            docComment(out, flag.docs);
            out.line(`${camel(flag.name)}?: boolean;`);
          }
        });
        break;
      case "resource":
        out.block(`export interface ${name} {`, () => this.#handle(type, view, out));
        break;
    }
    return out.toString();
  }

  #handle(resource: ResourceType, view: View, out: TextWriter): void {
    for (const { name, type } of resource.methods) {
      docComment(out, this.functionDocs(type, view));
      out.line(`${camel(name)}: ${this.func(type, view)};`);
    }
    if (view === "async") out.line("[Symbol.asyncDispose](): Promise<void>;");
    out.line(view === "implement" ? "[Symbol.dispose]?(): void;" : "[Symbol.dispose](): void;");
  }
}

/** Writes documentation as a comment. Nothing in it can end the comment. */
export function docComment(out: TextWriter, docs: string | undefined): void {
  if (docs === undefined || docs.trim() === "") return;
  const lines = docLines(docs).map((line) => line.replaceAll("*/", "*\\/"));
  if (lines.length === 1) out.line(`/** ${lines[0]} */`);
  else {
    out.line("/**");
    for (const line of lines) out.line(` * ${line}`.trimEnd());
    out.line(" */");
  }
}

function parameterName(name: string): string {
  const text = camel(name);
  return reserved.has(text) ? `${text}_` : text;
}

/** Whether the type is, or contains, a resource: its functions return different types in each view. */
function isSeenDifferently(type: NamedType): boolean {
  return type.kind === "resource" || holdsHandle(type);
}
