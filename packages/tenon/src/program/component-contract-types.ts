import type {
  AnyType,
  ResolvedDefinition,
  ResolvedFunction,
  ResolvedItem,
  ResolvedType,
  Resource,
} from "../binary/component/index.js";
import {
  type FunctionType,
  isWitName,
  type MapType,
  type NamedFunction,
  type NamedType,
  type ResourceType,
  type Type,
} from "../contract/index.js";
import { namedTypesEqual } from "../contract/model/equal.js";
import { componentTypeUnsupported } from "../errors/factories/binary.js";

/** Where a type is declared: the full id of the interface (`undefined` for the world itself), and its name there. */
export interface TypeHome {
  readonly interface: string | undefined;
  readonly name: string;
}

/** The largest type in a contract, counted in parts with named types expanded. */
const largestType = 100_000;

/**
 * Converts a component's types to types of the contract model. The binary format names a type by exporting it, and each
 * further name refers to the type that it was made from: the first name is the declaration.
 */
export class ComponentTypes {
  readonly #homes = new Map<AnyType, TypeHome>();
  readonly #origins = new Map<AnyType, AnyType>();
  readonly #resourceHomes = new Map<Resource, TypeHome>();
  readonly #resources = new Map<Resource, GrowingResource>();
  readonly #made = new Map<AnyType, NamedType>();
  readonly #unnamed = new Map<ResolvedDefinition, Type>();
  readonly #byName = new Map<string, NamedType>();
  /** The declaration of each converted named type. */
  readonly owners = new Map<NamedType, TypeHome>();

  /** Records the names that an interface or the world gives to types. Call it for imports first, then for exports. */
  learn(items: ReadonlyMap<string, ResolvedItem>, home: string | undefined): void {
    for (const [name, item] of items) {
      if (item.kind !== "type") continue;
      const { type, of } = item;
      if (type.kind === "resource") {
        if (!this.#resourceHomes.has(type.resource)) this.#resourceHomes.set(type.resource, { interface: home, name });
        continue;
      }
      const origin = this.#origins.get(of) ?? (this.#homes.has(of) ? of : undefined);
      if (origin !== undefined) this.#origins.set(type, origin);
      else this.#homes.set(type, { interface: home, name });
    }
  }

  /** Returns where a resource is declared. */
  homeOfResource(resource: Resource): TypeHome | undefined {
    return this.#resourceHomes.get(resource);
  }

  /** Returns a resource without functions; the reader of the interface adds them. */
  resource(resource: Resource): GrowingResource {
    let made = this.#resources.get(resource);
    if (made === undefined) {
      const home = this.#resourceHomes.get(resource);
      if (home === undefined) throw componentTypeUnsupported("a resource without a name");
      made = { kind: "resource", name: home.name, constructs: undefined, methods: [], statics: [], docs: undefined };
      this.#resources.set(resource, made);
      this.owners.set(made, home);
    }
    return made;
  }

  func({ async, parameters, result }: ResolvedFunction, skipSelf: boolean): FunctionType {
    return Object.freeze({
      kind: "function" as const,
      parameters: parameters.slice(skipSelf ? 1 : 0).map(({ name, type }) => ({ name, type: this.type(type) })),
      result: this.#optional(result),
      async,
      optional: false,
      docs: undefined,
    });
  }

  type(type: ResolvedType): Type {
    if (typeof type === "string") {
      if (type === "error-context")
        throw componentTypeUnsupported("the type error-context", "Use a string or a variant of errors instead.");
      return { kind: type };
    }
    if (type.size > largestType) throw componentTypeUnsupported(`a type with more than ${largestType} parts`);
    const known = this.#unnamed.get(type);
    if (known !== undefined) return known;
    const made = this.#definition(type);
    if (!("name" in made)) this.#unnamed.set(type, made);
    return made;
  }

  #definition(type: ResolvedDefinition): Type {
    switch (type.kind) {
      case "primitive":
        return this.type(type.type);
      case "own":
      case "borrow":
        return { kind: type.kind, resource: this.resource(type.resource.resource) };
      case "list":
        if (type.length !== undefined)
          throw componentTypeUnsupported(`list<…, ${type.length}>`, "Use list or tuple instead.");
        return { kind: "list", element: this.type(type.element) };
      case "map":
        return { kind: "map", key: this.type(type.key) as MapType["key"], value: this.type(type.value) };
      case "tuple":
        return { kind: "tuple", items: type.items.map((item) => this.type(item)) };
      case "option":
        return { kind: "option", some: this.type(type.some) };
      case "result":
        return { kind: "result", ok: this.#optional(type.ok), err: this.#optional(type.err) };
      case "stream":
        return { kind: "stream", element: this.#optional(type.element) };
      case "future":
        return { kind: "future", value: this.#optional(type.element) };
      default:
        return this.#named(type);
    }
  }

  #named(type: ResolvedDefinition & { kind: "record" | "variant" | "flags" | "enum" }): NamedType & Type {
    const origin = this.#origins.get(type) ?? type;
    const known = this.#made.get(origin);
    if (known !== undefined) return known as NamedType & Type;
    const home = this.#homes.get(origin);
    if (home === undefined) throw componentTypeUnsupported(`a ${type.kind} without a name`);
    let made = this.#compound(type, home.name);
    // An interface that is both imported and exported declares its types once, unless a resource makes them different.
    const key = `${home.interface ?? ""}#${home.name}`;
    const before = this.#byName.get(key);
    if (before !== undefined && !type.holdsResources && namedTypesEqual(before, made))
      made = before as NamedType & Type;
    else {
      this.#byName.set(key, made);
      this.owners.set(made, home);
    }
    this.#made.set(origin, made);
    return made;
  }

  #compound(
    type: ResolvedDefinition & { kind: "record" | "variant" | "flags" | "enum" },
    name: string,
  ): NamedType & Type {
    if (!isWitName(name)) throw componentTypeUnsupported(`the type "${name}", whose name is not valid in WIT`);
    switch (type.kind) {
      case "record": {
        const fields = type.fields.map((field) => ({ name: field.name, type: this.type(field.type) }));
        return Object.freeze({ kind: "record", name, fields, docs: undefined });
      }
      case "variant": {
        const cases = type.cases.map((each) => ({ name: each.name, type: this.#optional(each.type) }));
        return Object.freeze({ kind: "variant", name, cases, docs: undefined });
      }
      case "flags":
        return Object.freeze({
          kind: "flags",
          name,
          flags: type.names.map((each) => ({ name: each })),
          docs: undefined,
        });
      case "enum":
        return Object.freeze({
          kind: "enum",
          name,
          cases: type.names.map((each) => ({ name: each })),
          docs: undefined,
        });
    }
  }

  #optional(type: ResolvedType | undefined): Type | undefined {
    return type === undefined ? undefined : this.type(type);
  }
}

/** A resource whose functions are still being added. */
export interface GrowingResource extends ResourceType {
  constructs: FunctionType | undefined;
  readonly methods: NamedFunction[];
  readonly statics: NamedFunction[];
}
