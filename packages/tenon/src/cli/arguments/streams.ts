import { listFrom, readValue } from "../../contract/formats/value-json/read-value.js";
import type { ReferenceType, ValuePosition } from "../../contract/formats/value-json/value-position.js";

const chunk = 64 * 1024;

/** Makes a stream of a list, and a future of its value. Nothing on a command line stands for a handle. */
export function referenceArgument(type: ReferenceType, json: unknown, position: ValuePosition): unknown {
  switch (type.kind) {
    case "stream":
      if (type.element?.kind === "u8")
        return chunksOf(readValue({ kind: "list", element: type.element }, json, position) as Uint8Array);
      return itemsOf(type.element === undefined ? emptyList(json, position) : listFrom(type.element, json, position));
    case "future":
      return Promise.resolve(type.value === undefined ? undefined : readValue(type.value, json, position));
    default:
      throw position.problem(
        `a ${type.resource.name} object cannot be written on a command line`,
        "Call a function that takes no object, or call this one from a program that opens the plugin.",
      );
  }
}

function emptyList(json: unknown, position: ValuePosition): undefined[] {
  if (!Array.isArray(json)) throw position.mismatch("a list such as [null, …]", json);
  return json.map(() => undefined);
}

async function* itemsOf(items: readonly unknown[]): AsyncGenerator<unknown> {
  yield* items;
}

/** Yields these bytes in chunks. */
export async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunk) yield bytes.slice(start, start + chunk);
}
