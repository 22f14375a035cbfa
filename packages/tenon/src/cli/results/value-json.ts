import { base64Of } from "../../contract/formats/value-json/base64.js";
import type { ReferenceType } from "../../contract/formats/value-json/value-position.js";
import { writeValue } from "../../contract/formats/value-json/write-value.js";
import type { Type } from "../../contract/index.js";
import type { JsonValue } from "../../contract/json/index.js";

/**
 * Converts a value to JSON: 64-bit integers to numbers if they are exact and otherwise to strings, bytes to `base64:…`, none
 * and nothing to null, NaN and the infinities to strings, streams to lists, objects to the name of their resource. The
 * result can be passed as an argument again.
 */
export async function valueJson(type: Type | undefined, value: unknown): Promise<JsonValue> {
  const later: { readonly stands: JsonValue; readonly arrive: () => Promise<JsonValue> }[] = [];
  const json = writeValue(type, value, {
    wide: (number) => (Number.isSafeInteger(Number(number)) ? Number(number) : String(number)),
    bytes: bytesJson,
    reference(reference, given) {
      if (reference.kind === "own" || reference.kind === "borrow") return { resource: reference.resource.name };
      const stands = {};
      later.push({ stands, arrive: () => arrivedJson(reference, given) });
      return stands;
    },
  });
  if (later.length === 0) return json;
  const arrived = new Map<JsonValue, JsonValue>();
  // One after the other: streams must be read in order.
  for (const { stands, arrive } of later) arrived.set(stands, await arrive());
  return replaced(json, arrived);
}

export function bytesJson(bytes: Uint8Array): string {
  return `base64:${base64Of(bytes)}`;
}

async function arrivedJson(type: ReferenceType, value: unknown): Promise<JsonValue> {
  if (type.kind === "future") return valueJson(type.value, await value);
  if (type.kind !== "stream") return null;
  if (type.element?.kind === "u8") {
    const chunks: Uint8Array[] = [];
    for await (const chunk of value as AsyncIterable<Uint8Array>) chunks.push(chunk);
    return bytesJson(Buffer.concat(chunks));
  }
  const items: JsonValue[] = [];
  for await (const item of value as AsyncIterable<unknown>) items.push(await valueJson(type.element, item));
  return items;
}

/** Puts what has arrived in the place of what stood for it. */
function replaced(json: JsonValue, arrived: ReadonlyMap<JsonValue, JsonValue>): JsonValue {
  if (typeof json !== "object" || json === null) return json;
  const found = arrived.get(json);
  if (found !== undefined) return found;
  if (Array.isArray(json)) return json.map((item) => replaced(item, arrived));
  return Object.fromEntries(Object.entries(json).map(([key, item]) => [key, replaced(item, arrived)]));
}
