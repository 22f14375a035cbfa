import { renamed } from "./make-types.js";
import type {
  AnyType,
  DefinitionShape,
  ResolvedDefinition,
  ResolvedFunction,
  ResolvedInstance,
  ResolvedItem,
  ResolvedResource,
  ResolvedType,
  Resource,
} from "./types.js";
import type { Work } from "./work.js";

/** The replacements of resources and types when a component or instance is used with actual arguments. */
export interface Renaming {
  readonly resources: ReadonlyMap<Resource, Resource>;
  readonly types: ReadonlyMap<AnyType, AnyType>;
}

/** Rewrites types with resources and named types replaced. A type that uses none of them stays the same object. */
export class Substitution {
  readonly #resources: ReadonlyMap<Resource, Resource>;
  readonly #done: Map<AnyType, AnyType>;
  readonly #renamesTypes: boolean;
  readonly #work: Work;

  constructor({ resources, types }: Renaming, work: Work) {
    this.#resources = resources;
    this.#done = new Map(types);
    this.#renamesTypes = types.size > 0;
    this.#work = work;
  }

  item(item: ResolvedItem): ResolvedItem {
    switch (item.kind) {
      case "core-module":
        return item;
      case "type":
        return { kind: "type", type: this.type(item.type), of: this.type(item.of) };
      default:
        return { kind: item.kind, type: this.type(item.type) } as ResolvedItem;
    }
  }

  type<T extends AnyType>(type: T): T {
    if (!type.holdsResources && !this.#renamesTypes) return type;
    const known = this.#done.get(type);
    if (known !== undefined) return known as T;
    this.#work.spend(1);
    const made = this.#make(type);
    this.#done.set(type, made);
    return made as T;
  }

  #make(type: AnyType): AnyType {
    switch (type.kind) {
      case "resource":
        return this.#resource(type);
      case "function":
        return this.#function(type);
      case "instance":
        return this.#instance(type);
      case "component": {
        const [imports, exports] = [this.#items(type.imports), this.#items(type.exports)];
        return imports === type.imports && exports === type.exports ? type : { ...type, imports, exports };
      }
      default:
        return this.#definition(type);
    }
  }

  #resource(type: ResolvedResource): ResolvedResource {
    const resource = this.#resources.get(type.resource);
    return resource === undefined ? type : { ...renamed(type), resource };
  }

  #function(type: ResolvedFunction): ResolvedFunction {
    const parameters = this.#parts(type.parameters);
    const result = this.#optional(type.result);
    return parameters === type.parameters && result === type.result ? type : { ...type, parameters, result };
  }

  #instance(type: ResolvedInstance): ResolvedInstance {
    const exports = this.#items(type.exports);
    return exports === type.exports ? type : { ...type, exports };
  }

  #items(items: ReadonlyMap<string, ResolvedItem>): ReadonlyMap<string, ResolvedItem> {
    this.#work.spend(items.size);
    let changed = false;
    const made = new Map<string, ResolvedItem>();
    for (const [name, item] of items) {
      const next = this.item(item);
      changed ||= next.type !== item.type || (next.kind === "type" && item.kind === "type" && next.of !== item.of);
      made.set(name, next);
    }
    return changed ? made : items;
  }

  #definition(type: ResolvedDefinition): ResolvedDefinition {
    const shape = this.#shape(type);
    return shape === type ? type : ({ ...type, ...shape } as ResolvedDefinition);
  }

  #shape(shape: DefinitionShape): DefinitionShape {
    switch (shape.kind) {
      case "record": {
        const fields = this.#parts(shape.fields);
        return fields === shape.fields ? shape : { kind: shape.kind, fields };
      }
      case "variant": {
        const cases = this.#parts(shape.cases);
        return cases === shape.cases ? shape : { kind: shape.kind, cases };
      }
      case "tuple": {
        const items = shape.items.map((item) => this.#value(item));
        return items.every((item, at) => item === shape.items[at]) ? shape : { kind: shape.kind, items };
      }
      case "list": {
        const element = this.#value(shape.element);
        return element === shape.element ? shape : { kind: shape.kind, element, length: shape.length };
      }
      case "map": {
        const value = this.#value(shape.value);
        return value === shape.value ? shape : { kind: shape.kind, key: shape.key, value };
      }
      case "option": {
        const some = this.#value(shape.some);
        return some === shape.some ? shape : { kind: shape.kind, some };
      }
      case "result": {
        const [ok, err] = [this.#optional(shape.ok), this.#optional(shape.err)];
        return ok === shape.ok && err === shape.err ? shape : { kind: shape.kind, ok, err };
      }
      case "own":
      case "borrow": {
        const resource = this.type(shape.resource);
        return resource === shape.resource ? shape : { kind: shape.kind, resource };
      }
      case "stream":
      case "future": {
        const element = this.#optional(shape.element);
        return element === shape.element ? shape : { kind: shape.kind, element };
      }
      default:
        return shape;
    }
  }

  #parts<T extends { readonly type: ResolvedType | undefined }>(parts: readonly T[]): readonly T[] {
    this.#work.spend(parts.length);
    let changed = false;
    const made = parts.map((part) => {
      const type = this.#optional(part.type);
      if (type === part.type) return part;
      changed = true;
      return { ...part, type };
    });
    return changed ? made : parts;
  }

  #optional(type: ResolvedType | undefined): ResolvedType | undefined {
    return type === undefined ? undefined : this.#value(type);
  }

  #value(type: ResolvedType): ResolvedType {
    return typeof type === "string" ? type : this.type(type);
  }
}
