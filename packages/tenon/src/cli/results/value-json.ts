import { camel, type Type } from "../../contract/index.js";

/**
 * Converts a value to JSON: 64-bit integers to numbers if they are exact and otherwise to strings, bytes to `base64:…`, none
 * and nothing to null, NaN and the infinities to strings, streams to lists, objects to the name of their resource. The
 * result can be passed as an argument again.
 */
export async function valueJson(type: Type | undefined, value: unknown): Promise<unknown> {
  if (type === undefined) return null;
  switch (type.kind) {
    case "s64":
    case "u64": {
      const number = Number(value as bigint);
      return Number.isSafeInteger(number) ? number : String(value);
    }
    case "f32":
    case "f64":
      return Number.isFinite(value) ? value : String(value);
    case "list":
      if (type.element.kind === "u8") return bytesJson(value as Uint8Array);
      return inOrder(value as readonly unknown[], (item) => valueJson(type.element, item));
    case "option":
      if (type.some.kind === "option") return tagged({ none: undefined, some: type.some }, value);
      return value === undefined ? null : valueJson(type.some, value);
    case "result":
      return tagged({ ok: type.ok, err: type.err }, value);
    case "variant":
      return tagged(Object.fromEntries(type.cases.map((item) => [item.name, item.type])), value);
    case "tuple":
      return inOrder(type.items, (item, index) => valueJson(item, (value as readonly unknown[])[index]));
    case "record": {
      const fields = await inOrder(type.fields, async (field) => {
        const name = camel(field.name);
        return [name, await valueJson(field.type, (value as Record<string, unknown>)[name])] as const;
      });
      return Object.fromEntries(fields);
    }
    case "flags":
      return Object.fromEntries(
        type.flags.map(({ name }) => [camel(name), (value as Record<string, unknown>)[camel(name)] === true]),
      );
    case "own":
    case "borrow":
      return { resource: type.resource.name };
    case "stream":
      return streamJson(type.element, value as AsyncIterable<unknown>);
    case "future":
      return valueJson(type.value, await value);
    default:
      return value;
  }
}

export function bytesJson(bytes: Uint8Array): string {
  return `base64:${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")}`;
}

async function tagged(cases: Readonly<Record<string, Type | undefined>>, value: unknown): Promise<unknown> {
  const { tag, val } = value as { tag: string; val?: unknown };
  const type = cases[tag];
  return type === undefined ? { tag } : { tag, val: await valueJson(type, val) };
}

async function streamJson(element: Type | undefined, stream: AsyncIterable<unknown>): Promise<unknown> {
  if (element?.kind === "u8") {
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream) chunks.push(chunk as Uint8Array);
    return bytesJson(Buffer.concat(chunks));
  }
  const items: unknown[] = [];
  for await (const item of stream) items.push(await valueJson(element, item));
  return items;
}

/** Converts items one after the other: they may contain streams, which must be read in order. */
async function inOrder<T, R>(items: readonly T[], convert: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const converted: R[] = [];
  for (const [index, item] of items.entries()) converted.push(await convert(item, index));
  return converted;
}
