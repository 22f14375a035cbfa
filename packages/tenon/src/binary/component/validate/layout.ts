import { type DefinitionShape, type Layout, layoutOf, mostFlat, primitiveLayouts, type ResolvedType } from "./types.js";

/** Source: Component Model, "Canonical ABI", sections "Alignment", "Element Size" and "Flattening". */
export function layoutOfShape(shape: DefinitionShape): Layout {
  switch (shape.kind) {
    case "primitive":
      return primitiveLayouts[shape.type];
    case "record":
      return product(shape.fields.map(({ type }) => layoutOf(type)));
    case "tuple":
      return product(shape.items.map(layoutOf));
    case "variant":
      return sum(shape.cases.map(({ type }) => type));
    case "enum":
      return { ...sum([]), bytes: tagBytes(shape.names.length), alignment: tagBytes(shape.names.length) };
    case "option":
      return sum([undefined, shape.some]);
    case "result":
      return sum([shape.ok, shape.err]);
    case "flags": {
      const bytes = shape.names.length <= 8 ? 1 : shape.names.length <= 16 ? 2 : 4;
      return { ...primitiveLayouts.u32, bytes, alignment: bytes };
    }
    case "list": {
      const element = layoutOf(shape.element);
      if (shape.length === undefined) return { ...primitiveLayouts.string, holdsBorrow: element.holdsBorrow };
      return repeated(element, shape.length);
    }
    case "map":
      return { ...primitiveLayouts.string, holdsBorrow: layoutOf(shape.value).holdsBorrow };
    case "own":
      return primitiveLayouts.u32;
    case "borrow":
      return { ...primitiveLayouts.u32, holdsBorrow: true };
    case "stream":
    case "future":
      return primitiveLayouts.u32;
  }
}

function product(parts: readonly Layout[]): Layout {
  let bytes = 0;
  let alignment: Layout["alignment"] = 1;
  let flat: string[] | undefined = [];
  for (const part of parts) {
    bytes = aligned(bytes, part.alignment) + part.bytes;
    alignment = wider(alignment, part.alignment);
    flat = joined(flat, part.flat);
  }
  return { bytes: aligned(bytes, alignment), alignment, flat, ...held(parts) };
}

function repeated(element: Layout, length: number): Layout {
  let flat: string[] | undefined = [];
  for (let index = 0; index < length && flat !== undefined; index++) flat = joined(flat, element.flat);
  return { ...element, bytes: element.bytes * length, flat };
}

function sum(cases: readonly (ResolvedType | undefined)[]): Layout {
  const payloads = cases.flatMap((type) => (type === undefined ? [] : [layoutOf(type)]));
  const tag = tagBytes(cases.length);
  let bytes = 0;
  let alignment: Layout["alignment"] = 1;
  let flat: string[] | undefined = ["i32"];
  for (const payload of payloads) {
    bytes = Math.max(bytes, payload.bytes);
    alignment = wider(alignment, payload.alignment);
    flat = overlaid(flat, payload.flat);
  }
  const whole = wider(alignment, tag);
  return { bytes: aligned(aligned(tag, alignment) + bytes, whole), alignment: whole, flat, ...held(payloads) };
}

function held(parts: readonly Layout[]): Pick<Layout, "holdsPointer" | "holdsBorrow"> {
  return {
    holdsPointer: parts.some(({ holdsPointer }) => holdsPointer),
    holdsBorrow: parts.some(({ holdsBorrow }) => holdsBorrow),
  };
}

function joined(flat: readonly string[] | undefined, more: readonly string[] | undefined): string[] | undefined {
  if (flat === undefined || more === undefined || flat.length + more.length > mostFlat) return undefined;
  return [...flat, ...more];
}

/** The values of a case, in the slots after the tag that all cases share. */
function overlaid(flat: readonly string[] | undefined, payload: readonly string[] | undefined): string[] | undefined {
  if (flat === undefined || payload === undefined || payload.length + 1 > mostFlat) return undefined;
  const found = [...flat];
  for (const [index, type] of payload.entries()) {
    const before = found[index + 1];
    found[index + 1] = before === undefined ? type : shared(before, type);
  }
  return found;
}

/** Returns the core type that can hold values of both types. */
function shared(one: string, other: string): string {
  if (one === other) return one;
  const isWide = one === "i64" || other === "i64" || one === "f64" || other === "f64";
  return isWide ? "i64" : "i32";
}

function tagBytes(cases: number): 1 | 2 | 4 {
  return cases <= 0x100 ? 1 : cases <= 0x1_0000 ? 2 : 4;
}

function wider<T extends number>(one: T, other: T): T {
  return one > other ? one : other;
}

function aligned(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
