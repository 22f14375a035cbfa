import type { JsonValue } from "../../json/index.js";
import type { Node } from "./document.js";
import type { Conjunction, Facets } from "./facets.js";
import { nameFrom } from "./names.js";
import { jsonShape, mapShape, NoValue, type PropertyShape, recordShape, type Shape } from "./shape.js";

/** What a record or variant is called. */
export interface Hint {
  readonly name: string;
}

/** What objects need of the conversion that they are part of. */
export interface Conversion {
  readonly isUnknownDropped: boolean;
  all(conjunction: Conjunction, hint: Hint): Shape;
  merge(conjunction: Conjunction): Facets;
  /** Notes what becomes json, and returns the shape of json. */
  lost(path: string, what: string): Shape;
  /** Takes a name for a type. */
  name(hint: Hint): string;
}

/**
 * Converts a schema of objects: properties are the fields of a record, and the keys of a map if the schema names none.
 *
 * @param left a property that a variant writes; `undefined` is returned if the object has nothing else.
 */
export function objectShape(
  conversion: Conversion,
  facets: Facets,
  hint: Hint,
  left: string | undefined,
): Shape | undefined {
  const { objects, required, path, docs } = facets;
  const rest = restOf(conversion, facets, hint);
  const names = new Set([...objects.flatMap(({ properties }) => [...properties.keys()]), ...required]);
  if (left !== undefined) names.delete(left);
  const properties: PropertyShape[] = [];
  const taken = new Set<string>();
  for (const property of names) {
    const nodes = objects.flatMap((object) => nodesOf(object, property));
    const name = nameFrom(property);
    if (name === undefined || taken.has(name)) {
      const why = name === undefined ? "has no letters or digits" : `and another one are both "${name}" in a contract`;
      return conversion.lost(path, `the property ${JSON.stringify(property.slice(0, 60))} ${why}`);
    }
    taken.add(name);
    try {
      properties.push(propertyShape(conversion, property, name, nodes, required.has(property), hint));
    } catch (error) {
      // A property that can have no value must be absent.
      if (!(error instanceof NoValue) || required.has(property)) throw error;
    }
  }
  if (properties.length === 0) {
    if (rest !== undefined) return mapShape(rest, left);
    return left === undefined ? mapShape(jsonShape) : undefined;
  }
  const restName = ["additional-properties", "other-properties", "rest-of-properties"].find((name) => !taken.has(name));
  return recordShape(
    conversion.name(hint),
    properties,
    rest === undefined ? undefined : { name: restName ?? "rest", shape: rest },
    left,
    conversion.isUnknownDropped,
    docs,
  );
}

function propertyShape(
  conversion: Conversion,
  property: string,
  name: string,
  nodes: readonly Node[],
  isRequired: boolean,
  hint: Hint,
): PropertyShape {
  const conjunction = { nodes, without: new Set<JsonValue>() };
  const shape = nodes.length === 0 ? jsonShape : conversion.all(conjunction, { name: `${hint.name}-${name}` });
  const { docs, fallback } = conversion.merge(conjunction);
  const isNull = !isRequired && fallback === null && shape.type.kind === "option";
  return {
    property,
    name,
    shape,
    docs: documentation(docs, isNull ? undefined : fallback),
    presence: isRequired ? "required" : isNull ? "null" : "optional",
  };
}

/** The schemas of a property in one of several schemas that must all hold. */
function nodesOf({ properties, additional, hasPatterns }: Facets["objects"][number], property: string): Node[] {
  const named = properties.get(property);
  if (named !== undefined) return [named];
  return additional === undefined || hasPatterns ? [] : [additional];
}

/** What properties that have no name in the schema are. `undefined` if it says nothing of them, or that there are none. */
function restOf(conversion: Conversion, { objects }: Facets, hint: Hint): Shape | undefined {
  if (objects.some(({ hasPatterns }) => hasPatterns)) return jsonShape;
  const nodes = objects.flatMap(({ additional }) => (additional === undefined ? [] : [additional]));
  if (nodes.length === 0) return undefined;
  try {
    return conversion.all({ nodes, without: new Set() }, { name: `${hint.name}-value` });
  } catch (error) {
    if (error instanceof NoValue) return undefined;
    throw error;
  }
}

function documentation(docs: string | undefined, fallback: JsonValue | undefined): string | undefined {
  if (fallback === undefined) return docs;
  const text = JSON.stringify(fallback);
  const shown = `Default: ${text.length > 100 ? `${text.slice(0, 100)}…` : text}`;
  return docs === undefined ? shown : `${docs}\n${shown}`;
}
