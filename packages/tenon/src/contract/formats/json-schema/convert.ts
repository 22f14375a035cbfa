import { schemaBecomesJson, schemaChecked, schemaTooLarge, schemaUnchecked } from "../../../errors/factories/schema.js";
import type { Finding } from "../../../errors/index.js";
import type { JsonValue } from "../../json/index.js";
import type { RecordType, RecursiveType, VariantType } from "../../model/model.js";
import type { NamePool } from "../name-pool.js";
import { type Node, nameOf, type Schema, type SchemaDocument } from "./document.js";
import { type Budget, type Conjunction, type Facets, type Kind, kinds, Merger } from "./facets.js";
import { nameFrom } from "./names.js";
import { type Conversion, type Hint, objectShape } from "./object-shape.js";
import {
  base64Shape,
  boolShape,
  edgeShape,
  enumShape,
  floatShape,
  integerShape,
  jsonShape,
  type Label,
  listShape,
  mapShape,
  NoValue,
  nullableShape,
  type Shape,
  type Slot,
  stringShape,
  tupleShape,
  type VariantCase,
  variantShape,
} from "./shape.js";

const mostLevels = 90;
const mostTupleItems = 64;
const mostCases = 1_000;

/** The cases of a schema, each as what it says in all. A schema without cases has one. */
type Cases = readonly Case[];
interface Case {
  readonly facets: Facets;
  readonly conjunction: Conjunction;
}

/** Converts the schemas of one document to types. */
export class Converter implements Conversion {
  readonly #merger: Merger;
  readonly #names: NamePool;
  readonly #known = new Map<Schema, Shape>();
  readonly #current = new Map<Schema, Slot>();
  readonly #lost = new Map<string, string>();
  readonly #checked = new Set<string>();
  readonly #unchecked: ReadonlyMap<string, string>;
  readonly isUnknownDropped: boolean;
  #levels = 0;

  constructor(document: SchemaDocument, names: NamePool, budget: Budget, isUnknownDropped: boolean) {
    this.#merger = new Merger(document, budget);
    this.#unchecked = document.unchecked;
    this.#names = names;
    this.isUnknownDropped = isUnknownDropped;
  }

  /** What the types do not say. @param subject the tool or schema */
  findings(subject: string): Finding[] {
    const checked = [...this.#checked].sort();
    const inside = (path: string): string => path.slice(subject.length);
    return [
      ...[...this.#lost].map(([path, lost]) => schemaBecomesJson(subject, inside(path), lost)),
      ...[...this.#unchecked].map(([path, what]) => schemaUnchecked(subject, inside(path), what)),
      ...(checked.length === 0 ? [] : [schemaChecked(subject, checked)]),
    ];
  }

  /** Whether a schema is one of objects, and says of their properties nothing but that there are none. */
  takesNothing(node: Node): boolean {
    const { kinds: found, objects, required, unions, checked } = this.merge({ nodes: [node], without: new Set() });
    const isEmpty = objects.every(({ properties, additional }) => properties.size === 0 && !additional?.schema);
    return found.size === 1 && found.has("object") && isEmpty && required.size + unions.length + checked.size === 0;
  }

  /** @throws NoValue */
  node(node: Node, hint: Hint): Shape {
    const target = this.#merger.target(node);
    const { schema } = target;
    if (typeof schema === "boolean") return this.all({ nodes: [target], without: new Set() }, hint);
    const slot = this.#current.get(schema);
    if (slot !== undefined) return edgeShape(slot);
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    return this.#define(target, target === node ? hint : { name: definitionName(target.path) ?? hint.name });
  }

  /** Converts schemas that all must hold. */
  all(conjunction: Conjunction, hint: Hint): Shape {
    const [only] = conjunction.nodes;
    if (
      conjunction.nodes.length === 1 &&
      conjunction.without.size === 0 &&
      only !== undefined &&
      only.schema !== true &&
      only.schema !== false
    )
      return this.node(only, hint);
    return this.#level(conjunction.nodes[0]?.path ?? "", () => this.#shape(this.#casesOf(conjunction), hint));
  }

  lost(path: string, what: string): Shape {
    this.#lost.set(path, what);
    return jsonShape;
  }

  merge(conjunction: Conjunction): Facets {
    return this.#merger.merge(conjunction);
  }

  #define(target: Node, hint: Hint): Shape {
    const { schema, path } = target;
    return this.#level(path, () => {
      const cases = this.#casesOf({ nodes: [target], without: new Set() });
      const edge = { kind: "recursive", target: undefined as RecordType | VariantType | undefined };
      const slot: Slot = { edge: edge as RecursiveType, isNullable: cases.some(allowsNull), isUsed: false };
      this.#current.set(schema, slot);
      try {
        let shape = this.#shape(cases, hint);
        if (shape.certain.has(slot)) throw new NoValue(path);
        if (slot.isUsed) {
          const core = shape.type.kind === "option" ? shape.type.some : shape.type;
          if (core.kind === "record" || core.kind === "variant") {
            edge.target = core;
            Object.freeze(edge);
          } else shape = this.lost(path, "it contains itself, and is no object with properties and no choice");
          slot.shape = shape;
        }
        const open = new Set([...shape.open].filter((each) => each !== slot));
        shape = { ...shape, open, certain: new Set([...shape.certain].filter((each) => each !== slot)) };
        if (open.size === 0) this.#known.set(schema, shape);
        return shape;
      } finally {
        this.#current.delete(schema);
      }
    });
  }

  #level<T>(path: string, convert: () => T): T {
    if (++this.#levels > mostLevels) throw schemaTooLarge(path, `types are nested more than ${mostLevels} levels deep`);
    try {
      return convert();
    } finally {
      this.#levels--;
    }
  }

  #casesOf(conjunction: Conjunction): Cases {
    const facets = this.merge(conjunction);
    const [choice, ...others] = facets.unions;
    if (choice === undefined) return [{ facets, conjunction }];
    if (others.length > 0) this.#lost.set(facets.path, "it has more than one choice of anyOf and oneOf");
    const without = new Set([...conjunction.without, choice.list]);
    return choice.cases.flatMap((each) => {
      const nodes = [...conjunction.nodes, each];
      const inner = this.#casesOf({ nodes, without });
      // A case says more of itself than of what it has in common with others.
      for (const { facets: own } of inner) {
        const { title, docs } = this.merge({ nodes: [each], without });
        own.title = title;
        own.docs = docs;
      }
      if (inner.length > mostCases) throw schemaTooLarge(each.path, "anyOf and oneOf multiply");
      return inner;
    });
  }

  #shape(cases: Cases, hint: Hint): Shape {
    for (const { facets } of cases) this.#note(facets);
    const possible = cases.filter(({ facets }) => facets.kinds.size > 0);
    const path = cases[0]?.facets.path ?? "";
    if (possible.length === 0) throw new NoValue(path);
    const nameless: Hint = { name: hint.name };
    const names = possible.length === 1 && cases.length === 1 ? named(possible[0]?.facets.title, nameless) : nameless;
    if (possible.some(({ facets }) => facets.kinds.size === kinds.length)) {
      const isAny = possible.length === 1 && saysNothing(possible[0]?.facets as Facets);
      return isAny ? jsonShape : this.lost(path, "it has no type");
    }
    if (this.#lost.get(path)?.startsWith("it has more than one choice")) return jsonShape;
    const isNullable = possible.some(allowsNull);
    const found = kinds.filter((kind) => kind !== "null" && possible.some(({ facets }) => facets.kinds.has(kind)));
    const shapes = found.flatMap((kind) => {
      const group = possible.filter(({ facets }) => facets.kinds.has(kind));
      try {
        return [
          [kind, this.#kind(kind, group, found.length === 1 ? names : { name: `${names.name}-${kind}` })] as const,
        ];
      } catch (error) {
        if (!(error instanceof NoValue)) throw error;
        return [];
      }
    });
    const [first, ...more] = shapes;
    if (first === undefined) return isNullable ? this.lost(path, "it is null, and nothing else") : noValue(path);
    if (more.length === 0) return isNullable && first[1].type.kind !== "json" ? nullableShape(first[1]) : first[1];
    const choices = shapes.map(
      ([kind, shape]): VariantCase => ({ name: kind, shape, holds: (json) => kindOfJson(json) === kind }),
    );
    const variant = variantShape(this.name(names), choices, cases.length === 1 ? cases[0]?.facets.docs : undefined);
    return isNullable ? nullableShape(variant) : variant;
  }

  #kind(kind: Kind, group: Cases, hint: Hint): Shape {
    const facets = group.map((each) => each.facets);
    switch (kind) {
      case "boolean":
        return boolShape;
      case "number":
        return this.#number(facets);
      case "string":
        return this.#string(facets, hint);
      case "array":
        return this.#array(group, hint);
      default:
        return this.#objects(group, hint);
    }
  }

  #number(group: readonly Facets[]): Shape {
    const ranges = group.map(({ isInteger, low, high, values }) => {
      const numbers = values?.filter((value) => typeof value === "number");
      if (numbers === undefined) return { isWhole: isInteger, low, high };
      return { isWhole: numbers.every(Number.isInteger), low: Math.min(...numbers), high: Math.max(...numbers) };
    });
    if (group.some(({ values }) => values !== undefined)) this.#checked.add("enum of numbers");
    const low = Math.min(...ranges.map((range) => range.low));
    const high = Math.max(...ranges.map((range) => range.high));
    if (Number.isFinite(low)) this.#checked.add("minimum");
    if (Number.isFinite(high)) this.#checked.add("maximum");
    return ranges.every(({ isWhole }) => isWhole) ? integerShape(low, high) : floatShape;
  }

  #string(group: readonly Facets[], hint: Hint): Shape {
    if (group.every(({ values }) => values !== undefined)) {
      const texts = new Set(group.flatMap(({ values }) => values?.filter((value) => typeof value === "string") ?? []));
      const labels = [...texts].map((json): Label => ({ json, name: nameFrom(json) ?? "" }));
      const names = new Set(labels.map(({ name }) => name));
      if (labels.length <= mostCases && names.size === labels.length && !names.has("")) {
        const docs = group.length === 1 ? group[0]?.docs : undefined;
        return enumShape(this.name(hint), labels, docs);
      }
      this.#checked.add("enum of texts that are no names");
    }
    return group.every(({ isBase64 }) => isBase64) ? base64Shape : stringShape;
  }

  #array(group: Cases, hint: Hint): Shape {
    const { facets } = group[0] as Case;
    if (group.length > 1) return this.lost(facets.path, "several of its cases are arrays");
    const { arrays, least, most } = facets;
    const item = { name: `${hint.name}-item` };
    const [fixed] = arrays.filter(({ first }) => first.length > 0);
    if (fixed === undefined) {
      if (least > 0) this.#checked.add("minItems");
      if (Number.isFinite(most)) this.#checked.add("maxItems");
      const nodes = arrays.flatMap(({ rest }) => (rest === undefined ? [] : [rest]));
      try {
        return listShape(nodes.length === 0 ? jsonShape : this.all({ nodes, without: new Set() }, item));
      } catch (error) {
        if (!(error instanceof NoValue) || least > 0) throw error;
        return this.lost(facets.path, "its items can have no value");
      }
    }
    const { first, rest } = fixed;
    const count = first.length;
    const isExact = (rest?.schema === false || most === count) && least >= count;
    if (arrays.length > 1 || !isExact || count > mostTupleItems)
      return this.lost(facets.path, "its first items have types of their own, but their number is not fixed");
    return tupleShape(first.map((node, index) => this.node(node, { name: `${hint.name}-item${index + 1}` })));
  }

  #objects(group: Cases, hint: Hint): Shape {
    if (group.length === 1) return objectShape(this, (group[0] as Case).facets, hint, undefined) ?? mapShape(jsonShape);
    const { path } = (group[0] as Case).facets;
    const tag = this.#tagOf(group);
    if (tag === undefined)
      return this.lost(path, "no property of its cases has another const in each, so that it could tell them apart");
    const name = this.name(hint);
    const cases: VariantCase[] = [];
    for (const [index, each] of group.entries()) {
      const texts = tag.texts[index] as readonly string[];
      const [only] = texts;
      const isMark = texts.length === 1 && only !== undefined;
      const label = nameFrom(isMark ? only : (each.facets.title ?? texts.join("-")));
      if (label === undefined || cases.some((other) => other.name === label))
        return this.lost(path, `the values of ${tag.property} make no names`);
      try {
        cases.push({
          name: label,
          shape: objectShape(this, each.facets, { name: `${name}-${label}` }, isMark ? tag.property : undefined),
          docs: each.facets.docs,
          holds: (json) => texts.includes((json as Record<string, JsonValue>)[tag.property] as string),
          tag: isMark ? [tag.property, only] : undefined,
        });
      } catch (error) {
        if (!(error instanceof NoValue)) throw error;
      }
    }
    return cases.length === 0 ? noValue(path) : variantShape(name, cases, undefined, this.isUnknownDropped);
  }

  /** Finds the property that tells the cases apart: required, and a text that no other case has. */
  #tagOf(group: Cases): { property: string; texts: readonly (readonly string[])[] } | undefined {
    const candidates = [...((group[0] as Case).facets.required ?? [])].slice(0, 100);
    for (const property of candidates) {
      const texts = group.map(({ facets }) => {
        if (!facets.required.has(property)) return [];
        const nodes = facets.objects.flatMap(({ properties }) => properties.get(property) ?? []);
        if (nodes.length === 0) return [];
        const { kinds: found, values } = this.merge({ nodes, without: new Set() });
        return found.size === 1 && found.has("string") ? ((values ?? []) as readonly string[]) : [];
      });
      const all = texts.flat();
      if (texts.every(({ length }) => length > 0) && new Set(all).size === all.length) return { property, texts };
    }
    return undefined;
  }

  name({ name }: Hint): string {
    return this.#names.take(nameFrom(name) ?? "value");
  }

  #note({ checked }: Facets): void {
    for (const keyword of checked) this.#checked.add(keyword);
  }
}

function allowsNull({ facets }: Case): boolean {
  return facets.kinds.has("null");
}

function kindOfJson(json: JsonValue): Kind {
  if (json === null) return "null";
  return Array.isArray(json) ? "array" : (typeof json as Kind);
}

function saysNothing(facets: Facets): boolean {
  const { objects, arrays, required, checked, isInteger, low, high } = facets;
  const isBounded = Number.isFinite(low) || Number.isFinite(high);
  return objects.length + arrays.length + required.size + checked.size === 0 && !isInteger && !isBounded;
}

function named(title: string | undefined, hint: Hint): Hint {
  const name = title === undefined ? undefined : nameFrom(title);
  return name === undefined ? hint : { name };
}

/** `#/$defs/tree` is called tree. */
function definitionName(path: string): string | undefined {
  const [, step] = /\/(?:\$defs|definitions)\/([^/]+)$/.exec(path) ?? [];
  return step === undefined ? undefined : nameOf(step);
}

function noValue(path: string): never {
  throw new NoValue(path);
}
