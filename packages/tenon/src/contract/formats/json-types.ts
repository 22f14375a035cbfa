import type { Contract, FunctionType, NamedFunction, NamedType, PrimitiveType, ResourceType, Type } from "../model.js";
import { primitives } from "../model.js";
import { isWitName } from "../names.js";
import type { Place } from "./json-reader.js";
import { References } from "./references.js";

const deepest = 200;
const simple: ReadonlyMap<string, PrimitiveType> = new Map(primitives.map((kind) => [kind, Object.freeze({ kind })]));

/** Reads the types of a document; a reference may stand before what it refers to. */
export class TypeReader {
  readonly #places = new Map<string, Place>();
  readonly #placesOf = new Map<NamedType, Place>();
  readonly #made = new Map<string, NamedType>();
  readonly #unfinished = new Map<string, Place>();
  #depth = 0;

  constructor(types: Place) {
    const references = new References();
    for (const place of types.list()) {
      if (typeof place.value !== "object" || place.value === null) throw place.expected("an object");
      place.at("kind").oneOf("record", "variant", "enum", "flags", "resource");
      const owner = place.maybe("owner");
      if (owner !== undefined && !isWitName(owner.string())) throw owner.expected("an interface's name in kebab-case");
      this.#places.set(references.next(owner?.string(), place.at("name").string()), place);
    }
    // Resources first, empty: their functions may mention any type, and any type may mention them.
    const shells: [Place, Shell][] = [];
    for (const [reference, place] of this.#places) {
      if (place.at("kind").value !== "resource") continue;
      place.object(["kind", "name", "owner", "docs", "constructs", "methods", "statics"]);
      const name = place.at("name").string();
      const shell: Shell = {
        kind: "resource",
        name,
        constructs: undefined,
        methods: [],
        statics: [],
        docs: place.maybe("docs")?.string(),
      };
      this.#keep(reference, shell, place);
      shells.push([place, shell]);
    }
    for (const reference of this.#places.keys()) this.#named(reference, types);
    for (const [place, shell] of shells) {
      const maker = place.at("constructs");
      shell.constructs = maker.value === null ? undefined : this.func(maker, []);
      shell.methods = this.#functions(place.at("methods"));
      shell.statics = this.#functions(place.at("statics"));
      Object.freeze(shell);
    }
  }

  /** Who declares each type. */
  owners(): ReadonlyMap<NamedType, string | undefined> {
    return new Map([...this.#placesOf].map(([type, place]) => [type, place.maybe("owner")?.string()]));
  }

  /** A document may not declare what the contract made of it does not have, or elsewhere than it stands. */
  expectSame(contract: Contract): void {
    const made = new Map(contract.declarations.map(({ type, owner }) => [type, { owner }]));
    for (const [type, place] of this.#placesOf) {
      const actual = made.get(type);
      if (actual === undefined) throw place.invalid(`no import or export uses the type "${type.name}"`, "Remove it.");
      if (actual.owner === place.maybe("owner")?.string()) continue;
      const where = actual.owner === undefined ? "the world itself" : `the interface "${actual.owner}"`;
      throw place.invalid(`the type "${type.name}" belongs to ${where}`, 'Correct its "owner".');
    }
  }

  /** The function at a place, which may have these members besides. */
  func(place: Place, others: readonly string[]): FunctionType {
    place.object([...others, "parameters", "result", "async", "optional", "docs"]);
    const parameters = place
      .at("parameters")
      .list()
      .map((parameter) => {
        parameter.object(["name", "type"]);
        return Object.freeze({ name: parameter.at("name").string(), type: this.#type(parameter.at("type")) });
      });
    const result = place.maybe("result");
    return Object.freeze({
      kind: "function",
      parameters: Object.freeze(parameters),
      result: result === undefined ? undefined : this.#type(result),
      async: place.maybe("async")?.boolean() ?? false,
      optional: place.maybe("optional")?.boolean() ?? false,
      docs: place.maybe("docs")?.string(),
    });
  }

  resource(place: Place): ResourceType {
    const type = this.#named(place.string(), place);
    if (type.kind !== "resource") throw place.invalid(`"${place.value}" is a ${type.kind}, not a resource`);
    return type;
  }

  #functions(place: Place): readonly NamedFunction[] {
    return Object.freeze(
      place.list().map((item) => Object.freeze({ name: item.at("name").string(), type: this.func(item, ["name"]) })),
    );
  }

  #keep(reference: string, type: NamedType, place: Place): NamedType {
    this.#made.set(reference, type);
    this.#placesOf.set(type, place);
    return type;
  }

  #named(reference: string, from: Place): NamedType {
    const made = this.#made.get(reference);
    if (made !== undefined) return made;
    const place = this.#places.get(reference);
    if (place === undefined)
      throw from.invalid(`there is no type "${reference}"`, `Declare it in "types", or correct the reference.`);
    if (this.#unfinished.has(reference))
      throw from.invalid(`the type "${reference}" contains itself`, "Pass the inner value by a resource, or as bytes.");
    this.#unfinished.set(reference, place);
    const type = this.#deeper(from, () => this.#declaration(place));
    this.#unfinished.delete(reference);
    return this.#keep(reference, type, place);
  }

  #declaration(place: Place): NamedType {
    const kind = place.at("kind").oneOf("record", "variant", "enum", "flags");
    const listed = kind === "record" ? "fields" : kind === "flags" ? "flags" : "cases";
    place.object(["kind", "name", "owner", "docs", listed]);
    const head = { name: place.at("name").string(), docs: place.maybe("docs")?.string() };
    const parts = place.at(listed).list();
    const label = (part: Place) => ({ name: part.at("name").string(), ...optionalDocs(part) });
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
        });
      case "flags":
        return Object.freeze({
          kind,
          ...head,
          flags: Object.freeze(parts.map((part) => Object.freeze(label(part.object(["name", "docs"]))))),
        });
    }
  }

  #type(place: Place): Type {
    return this.#deeper(place, () => this.#expression(place));
  }

  #expression(place: Place): Type {
    if (typeof place.value === "string") {
      const type = simple.get(place.value);
      if (type === undefined) {
        throw place.invalid(
          `"${place.value}" is not a primitive type`,
          `Use one of ${primitives.join(", ")}, or {"ref": "owner/name"} for a named type.`,
        );
      }
      return type;
    }
    const forms = ["list", "option", "result", "tuple", "stream", "future", "own", "borrow", "ref"] as const;
    place.object(forms);
    const [form, ...more] = Object.keys(place.value as object) as (typeof forms)[number][];
    if (form === undefined || more.length > 0)
      throw place.expected(`an object with one of the members ${forms.join(", ")}`);
    const inner = place.at(form);
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
      case "stream":
        return Object.freeze({ kind: "stream", element: this.#payload(inner) });
      case "future":
        return Object.freeze({ kind: "future", value: this.#payload(inner) });
      case "own":
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

  #payload(place: Place): Type | undefined {
    return place.value === null ? undefined : this.#type(place);
  }

  #deeper<T>(place: Place, read: () => T): T {
    if (this.#depth >= deepest)
      throw place.invalid(`types are nested more than ${deepest} levels deep`, "Nest them less deeply.");
    this.#depth++;
    const result = read();
    this.#depth--;
    return result;
  }
}

type Shell = { -readonly [K in keyof ResourceType]: ResourceType[K] };

function optionalDocs(place: Place): { docs?: string } {
  const docs = place.maybe("docs")?.string();
  return docs === undefined ? {} : { docs };
}
