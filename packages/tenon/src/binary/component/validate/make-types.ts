import { invalidComponent } from "../../../errors/factories/binary.js";
import type { CoreModuleShape } from "./core-types.js";
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

/** The same limits as in other tools, so that a component accepted here is accepted there. */
const limits = { size: 1_000_000, depth: 100, bytes: 2 ** 28 };

/** Sums sizes and depths while a type is built from others. */
export class Measure {
  size = 1;
  depth = 1;
  holdsResources = false;

  /** @throws TENON_COMPONENT_INVALID if the type is too large or too deep */
  add(part: { size: number; depth: number; holdsResources: boolean }, offset: number): void {
    this.size += part.size;
    this.depth = Math.max(this.depth, part.depth + 1);
    this.holdsResources ||= part.holdsResources;
    if (this.depth > limits.depth)
      throw invalidComponent(`types are nested more than ${limits.depth} levels deep`, offset);
    if (this.size > limits.size) throw invalidComponent(`a type has more than ${limits.size} parts`, offset);
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

/** Makes a value type. @throws TENON_COMPONENT_INVALID if it is too large */
export function makeDefinition(shape: DefinitionShape, offset: number): ResolvedDefinition {
  const measure = new Measure();
  for (const part of partsOf(shape)) measure.type(part, offset);
  if (shape.kind === "own" || shape.kind === "borrow") measure.holdsResources = true;
  const layout = layoutOfShape(shape);
  if (layout.bytes >= limits.bytes)
    throw invalidComponent(`a value takes ${limits.bytes} bytes of memory or more`, offset);
  return { ...layout, ...measure.result, ...shape };
}

/** Returns the direct parts of a value type. */
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
    case "map":
      return [shape.key, shape.value];
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

/** Makes an instance type from its exports. */
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

/** Returns a copy with its own identity, as imports, exports and named aliases need. */
export function renamed<T extends AnyType>(type: T): T {
  return { ...type };
}
