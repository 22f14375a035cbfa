import { documentTooDeep } from "../../errors/factories/contract.js";
import { mostLevels } from "../model/extent.js";
import type {
  Contract,
  FunctionType,
  JsonType,
  MapType,
  NamedFunction,
  NamedType,
  PrimitiveType,
  RecursiveType,
  ResourceType,
  Type,
} from "../model/model.js";
import { mapKeys, primitives } from "../model/model.js";
import { isWitName } from "../model/names.js";
import type { JsonPosition } from "./json-position.js";
import { References } from "./references.js";

// A level of nesting is at most a reference, and the type itself. makeContract limits the levels; this is for the stack.
const deepest = 2 * mostLevels + 2;
const simple: ReadonlyMap<string, PrimitiveType | JsonType> = new Map(
  [...primitives, "json" as const].map((kind) => [kind, Object.freeze({ kind })]),
);

/** Reads the types of a document. A reference may come before the type that it names. */
export class TypeReader {
  readonly #positions = new Map<string, JsonPosition>();
  readonly #positionsOf = new Map<NamedType, JsonPosition>();
  readonly #made = new Map<string, NamedType>();
  /** The types that are being read, each with the back edge that leads to it. */
  readonly #unfinished = new Map<string, BackEdge>();
  #depth = 0;

  constructor(types: JsonPosition) {
    const references = new References();
    for (const position of types.list()) {
      if (typeof position.value !== "object" || position.value === null) throw position.expected("an object");
      position.at("kind").oneOf("record", "variant", "enum", "flags", "resource");
      const owner = position.maybe("owner");
      if (owner !== undefined && !isWitName(owner.string())) throw owner.expected("an interface's name in kebab-case");
      this.#positions.set(references.next(owner?.string(), position.at("name").string()), position);
    }
    // Resources first, and still empty: their functions may use any type, and any type may use them.
    const shells: [JsonPosition, Shell][] = [];
    for (const [reference, position] of this.#positions) {
      if (position.at("kind").value !== "resource") continue;
      position.object(["kind", "name", "owner", "docs", "constructs", "methods", "statics"]);
      const name = position.at("name").string();
      const shell: Shell = {
        kind: "resource",
        name,
        constructs: undefined,
        methods: [],
        statics: [],
        docs: position.maybe("docs")?.string(),
      };
      this.#keep(reference, shell, position);
      shells.push([position, shell]);
    }
    for (const reference of this.#positions.keys()) this.#finished(reference, types);
    for (const [position, shell] of shells) {
      const maker = position.at("constructs");
      shell.constructs = maker.value === null ? undefined : this.func(maker, []);
      shell.methods = this.#functions(position.at("methods"));
      shell.statics = this.#functions(position.at("statics"));
      Object.freeze(shell);
    }
  }

  /** Returns the interface that declares each type. */
  owners(): ReadonlyMap<NamedType, string | undefined> {
    return new Map([...this.#positionsOf].map(([type, position]) => [type, position.maybe("owner")?.string()]));
  }

  /** Checks that the contract has every type that the document declares, with the same owner. */
  expectSame(contract: Contract): void {
    const made = new Map(contract.declarations.map(({ type, owner }) => [type, { owner }]));
    for (const [type, position] of this.#positionsOf) {
      const actual = made.get(type);
      if (actual === undefined)
        throw position.invalid(`no import or export uses the type "${type.name}"`, "Remove it.");
      if (actual.owner === position.maybe("owner")?.string()) continue;
      const where = actual.owner === undefined ? "the world itself" : `the interface "${actual.owner}"`;
      throw position.invalid(`the type "${type.name}" belongs to ${where}`, 'Correct its "owner".');
    }
  }

  /** Reads a function. @param others members that the object may have in addition to those of a function. */
  func(position: JsonPosition, others: readonly string[]): FunctionType {
    position.object([...others, "parameters", "result", "async", "optional", "docs"]);
    const parameters = position
      .at("parameters")
      .list()
      .map((parameter) => {
        parameter.object(["name", "type"]);
        return Object.freeze({ name: parameter.at("name").string(), type: this.#type(parameter.at("type")) });
      });
    const result = position.maybe("result");
    return Object.freeze({
      kind: "function",
      parameters: Object.freeze(parameters),
      result: result === undefined ? undefined : this.#type(result),
      async: position.maybe("async")?.boolean() ?? false,
      optional: position.maybe("optional")?.boolean() ?? false,
      docs: position.maybe("docs")?.string(),
    });
  }

  resource(position: JsonPosition): ResourceType {
    const type = this.#named(position.string(), position);
    if (type.kind === "recursive") throw position.invalid(`"${position.value}" is not a resource`);
    if (type.kind !== "resource") throw position.invalid(`"${position.value}" is a ${type.kind}, not a resource`);
    return type;
  }

  #functions(position: JsonPosition): readonly NamedFunction[] {
    return Object.freeze(
      position.list().map((item) => Object.freeze({ name: item.at("name").string(), type: this.func(item, ["name"]) })),
    );
  }

  #keep(reference: string, type: NamedType, position: JsonPosition): NamedType {
    this.#made.set(reference, type);
    this.#positionsOf.set(type, position);
    return type;
  }

  /** Returns a type by its reference: inside itself, a back edge to it. */
  #named(reference: string, from: JsonPosition): NamedType | RecursiveType {
    return this.#unfinished.get(reference) ?? this.#finished(reference, from);
  }

  #finished(reference: string, from: JsonPosition): NamedType {
    const made = this.#made.get(reference);
    if (made !== undefined) return made;
    const position = this.#positions.get(reference);
    if (position === undefined)
      throw from.invalid(`there is no type "${reference}"`, `Declare it in "types", or correct the reference.`);
    const self: BackEdge = { kind: "recursive", target: undefined as never };
    this.#unfinished.set(reference, self);
    const type = this.#deeper(from, () => this.#declaration(position));
    this.#unfinished.delete(reference);
    if (type.kind === "record" || type.kind === "variant") self.target = type;
    Object.freeze(self);
    return this.#keep(reference, type, position);
  }

  #declaration(position: JsonPosition): NamedType {
    const kind = position.at("kind").oneOf("record", "variant", "enum", "flags");
    const listed = kind === "record" ? "fields" : kind === "flags" ? "flags" : "cases";
    position.object(["kind", "name", "owner", "docs", listed, ...(kind === "enum" ? ["open"] : [])]);
    const head = { name: position.at("name").string(), docs: position.maybe("docs")?.string() };
    const parts = position.at(listed).list();
    const label = (part: JsonPosition) => ({ name: part.at("name").string(), ...optionalDocs(part) });
    switch (kind) {
      case "record": {
        const fields = parts.map((part) => {
          part.object(["name", "type", "docs"]);
          return Object.freeze({
            name: part.at("name").string(),
            type: this.#type(part.at("type")),
            ...optionalDocs(part),
          });
        });
        return Object.freeze({ kind, ...head, fields: Object.freeze(fields) });
      }
      case "variant": {
        const cases = parts.map((part) => {
          part.object(["name", "type", "docs"]);
          const type = part.maybe("type");
          return Object.freeze({ ...label(part), type: type === undefined ? undefined : this.#type(type) });
        });
        return Object.freeze({ kind, ...head, cases: Object.freeze(cases) });
      }
      case "enum":
        return Object.freeze({
          kind,
          ...head,
          cases: Object.freeze(parts.map((part) => Object.freeze(label(part.object(["name", "docs"]))))),
          ...(position.maybe("open")?.boolean() === true ? { open: true } : {}),
        });
      case "flags":
        return Object.freeze({
          kind,
          ...head,
          flags: Object.freeze(parts.map((part) => Object.freeze(label(part.object(["name", "docs"]))))),
        });
    }
  }

  #type(position: JsonPosition): Type {
    return this.#deeper(position, () => this.#expression(position));
  }

  #expression(position: JsonPosition): Type {
    if (typeof position.value === "string") {
      const type = simple.get(position.value);
      if (type === undefined) {
        throw position.invalid(
          `"${position.value}" is not a primitive type`,
          `Use one of ${primitives.join(", ")}, json, or {"ref": "owner/name"} for a named type.`,
        );
      }
      return type;
    }
    const forms = ["list", "option", "result", "tuple", "map", "stream", "future", "own", "borrow", "ref"] as const;
    position.object(forms);
    const [form, ...more] = Object.keys(position.value as object) as (typeof forms)[number][];
    if (form === undefined || more.length > 0)
      throw position.expected(`an object with one of the members ${forms.join(", ")}`);
    const inner = position.at(form);
    switch (form) {
      case "list":
        return Object.freeze({ kind: "list", element: this.#type(inner) });
      case "option":
        return Object.freeze({ kind: "option", some: this.#type(inner) });
      case "result":
        inner.object(["ok", "err"]);
        return Object.freeze({
          kind: "result",
          ok: this.#payload(inner.at("ok")),
          err: this.#payload(inner.at("err")),
        });
      case "tuple":
        return Object.freeze({ kind: "tuple", items: Object.freeze(inner.list().map((item) => this.#type(item))) });
      case "map": {
        const key = inner
          .object(["key", "value"])
          .at("key")
          .oneOf(...mapKeys);
        const value = this.#type(inner.at("value"));
        return Object.freeze({ kind: "map", key: simple.get(key) as MapType["key"], value });
      }
      case "stream":
        return Object.freeze({ kind: "stream", element: this.#payload(inner) });
      case "future":
        return Object.freeze({ kind: "future", value: this.#payload(inner) });
      case "own":
        if (typeof inner.value === "object") {
          inner.object(["list"]);
          if (inner.at("list").value !== "u8") throw inner.expected('the reference of a resource, or {"list": "u8"}');
          return Object.freeze({ kind: "list", element: Object.freeze({ kind: "u8" }), owned: true });
        }
        return Object.freeze({ kind: form, resource: this.resource(inner) });
      case "borrow":
        return Object.freeze({ kind: form, resource: this.resource(inner) });
      case "ref": {
        const type = this.#named(inner.string(), inner);
        if (type.kind === "resource")
          throw inner.invalid(`"${inner.value}" is a resource`, `Use {"own": …} or {"borrow": …}.`);
        return type;
      }
    }
  }

  #payload(position: JsonPosition): Type | undefined {
    return position.value === null ? undefined : this.#type(position);
  }

  #deeper<T>(position: JsonPosition, read: () => T): T {
    if (this.#depth >= deepest) throw documentTooDeep(position.path, mostLevels);
    this.#depth++;
    const result = read();
    this.#depth--;
    return result;
  }
}

type BackEdge = { -readonly [K in keyof RecursiveType]: RecursiveType[K] };
type Shell = { -readonly [K in keyof ResourceType]: ResourceType[K] };

function optionalDocs(position: JsonPosition): { docs?: string } {
  const docs = position.maybe("docs")?.string();
  return docs === undefined ? {} : { docs };
}
