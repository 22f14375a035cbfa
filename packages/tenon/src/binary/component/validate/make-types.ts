import type { CoreModuleShape } from "./core-types.js";
import { invalid } from "./failure.js";
import { layoutOfShape } from "./layout.js";
import {
  type AnyType,
  type DefinitionShape,
  type ResolvedComponent,
  type ResolvedDefinition,
  type ResolvedFunction,
  type ResolvedInstance,
  type ResolvedItem,
  type ResolvedResource,
  type ResolvedType,
  Resource,
} from "./types.js";

/** Types are bounded as other tools bound them, so that what is accepted here is accepted there. */
const limits = { size: 1_000_000, depth: 100, bytes: 2 ** 28 };

/** Adds up sizes and depths while a type is made of others. */
export class Measure {
  size = 1;
  depth = 1;
  holdsResources = false;

  /** @throws TENON_COMPONENT_INVALID when the whole is too large or too deep */
  add(part: { size: number; depth: number; holdsResources: boolean }, offset: number): void {
    this.size += part.size;
    this.depth = Math.max(this.depth, part.depth + 1);
    this.holdsResources ||= part.holdsResources;
    if (this.depth > limits.depth) throw invalid(`types are nested more than ${limits.depth} deep`, offset);
    if (this.size > limits.size) throw invalid(`a type has more than ${limits.size} parts`, offset);
  }

  type(type: ResolvedType | undefined, offset: number): void {
    if (type !== undefined) this.add(typeof type === "string" ? plain : type, offset);
  }

  item(item: ResolvedItem, offset: number): void {
    this.add(item.kind === "core-module" ? measured(item.type) : item.type, offset);
  }

  get result() {
    return { size: this.size, depth: this.depth, holdsResources: this.holdsResources };
  }
}

const plain = { size: 1, depth: 1, holdsResources: false };

function measured({ imports, exports }: CoreModuleShape) {
  return { size: 1 + imports.length + exports.size, depth: 1, holdsResources: false };
}

/** Makes a type of values. @throws TENON_COMPONENT_INVALID when it is too large */
export function makeDefinition(shape: DefinitionShape, offset: number): ResolvedDefinition {
  const measure = new Measure();
  for (const part of partsOf(shape)) measure.type(part, offset);
  if (shape.kind === "own" || shape.kind === "borrow") measure.holdsResources = true;
  const layout = layoutOfShape(shape);
  if (layout.bytes >= limits.bytes) throw invalid(`a value takes ${limits.bytes} bytes of memory or more`, offset);
  return { ...layout, ...measure.result, ...shape };
}

/** The types that a type of values is made of. */
export function partsOf(shape: DefinitionShape): readonly (ResolvedType | undefined)[] {
  switch (shape.kind) {
    case "record":
      return shape.fields.map(({ type }) => type);
    case "variant":
      return shape.cases.map(({ type }) => type);
    case "tuple":
      return shape.items;
    case "list":
      return [shape.element];
    case "option":
      return [shape.some];
    case "result":
      return [shape.ok, shape.err];
    case "stream":
    case "future":
      return [shape.element];
    default:
      return [];
  }
}

export function makeResource(resource = new Resource()): ResolvedResource {
  return { kind: "resource", resource, size: 1, depth: 1, holdsResources: true };
}

export function makeFunction(
  { async, parameters, result }: Pick<ResolvedFunction, "async" | "parameters" | "result">,
  offset: number,
): ResolvedFunction {
  const measure = new Measure();
  for (const { type } of parameters) measure.type(type, offset);
  measure.type(result, offset);
  return { kind: "function", async, parameters, result, ...measure.result };
}

/** Makes an instance's type of what it exports. */
export function makeInstance(
  exports: ReadonlyMap<string, ResolvedItem>,
  fresh: readonly Resource[],
  offset: number,
): ResolvedInstance {
  const measure = new Measure();
  for (const item of exports.values()) measure.item(item, offset);
  return { kind: "instance", exports, fresh, ...measure.result };
}

export function makeComponent(
  parts: Pick<ResolvedComponent, "imports" | "exports" | "importedResources" | "definedResources">,
  offset: number,
): ResolvedComponent {
  const measure = new Measure();
  for (const item of parts.imports.values()) measure.item(item, offset);
  for (const item of parts.exports.values()) measure.item(item, offset);
  return { kind: "component", ...parts, ...measure.result };
}

/** The same type as one of its own: what an import, an export or an alias by name gives. */
export function renamed<T extends AnyType>(type: T): T {
  return { ...type };
}
