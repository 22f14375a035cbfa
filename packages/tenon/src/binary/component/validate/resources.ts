import { partsOf } from "./make-types.js";
import type { AnyType, ResolvedItem, ResolvedType, Resource } from "./types.js";
import type { Work } from "./work.js";

type Items = ReadonlyMap<string, ResolvedItem>;

/** Collects the resources that types use, except those that a component type defines itself. */
export class MentionedResources {
  readonly found = new Set<Resource>();
  readonly #seen = new Set<AnyType>();
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  items(items: Items): this {
    for (const item of items.values()) if (item.kind !== "core-module") this.type(item.type);
    return this;
  }

  type(type: AnyType): this {
    if (!type.holdsResources || this.#seen.has(type)) return this;
    this.#seen.add(type);
    this.#work.spend(1);
    switch (type.kind) {
      case "resource":
        this.found.add(type.resource);
        break;
      case "own":
      case "borrow":
        this.found.add(type.resource.resource);
        break;
      case "function":
        for (const parameter of type.parameters) this.#value(parameter.type);
        this.#value(type.result);
        break;
      case "instance": {
        const inner = new MentionedResources(this.#work).items(type.exports).found;
        for (const resource of type.fresh) inner.delete(resource);
        for (const resource of inner) this.found.add(resource);
        break;
      }
      case "component": {
        const inner = new MentionedResources(this.#work).items(type.imports).items(type.exports).found;
        for (const { resource } of [...type.importedResources, ...type.definedResources]) inner.delete(resource);
        for (const resource of inner) this.found.add(resource);
        break;
      }
      default:
        for (const part of partsOf(type)) this.#value(part);
    }
    return this;
  }

  #value(type: ResolvedType | undefined): void {
    if (type !== undefined && typeof type !== "string") this.type(type);
  }
}

/** Returns the path of names to each of the resources that is exported. */
export function pathsTo(resources: Iterable<Resource>, items: Items, work: Work): Map<Resource, readonly string[]> {
  const wanted = new Set(resources);
  const found = new Map<Resource, readonly string[]>();
  const visit = (inner: Items, path: readonly string[]) => {
    for (const [name, item] of inner) {
      if (wanted.size === 0) return;
      work.spend(1);
      if (item.kind === "type" && item.type.kind === "resource") {
        const { resource } = item.type;
        if (wanted.delete(resource)) found.set(resource, [...path, name]);
      } else if (item.kind === "instance" && item.type.holdsResources) visit(item.type.exports, [...path, name]);
    }
  };
  visit(items, []);
  return found;
}
