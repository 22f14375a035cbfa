import type { FunctionType, FutureType, StreamType, Type } from "./model.js";
import { holdsStreams } from "./reach.js";

/**
 * Returns the streams and futures in a function's type, in the order in which core modules number them: parameters before
 * the result, and the element of a stream before the stream itself.
 *
 * Source: wit-parser, `find_futures_and_streams`; the names `[stream-new-0]f` of wit-component.
 */
export function streamTypes(type: FunctionType): readonly (StreamType | FutureType)[] {
  const found: (StreamType | FutureType)[] = [];
  for (const { type: each } of type.parameters) collect(each, found);
  collect(type.result, found);
  return found;
}

function collect(type: Type | undefined, found: (StreamType | FutureType)[]): void {
  if (type === undefined || !holdsStreams(type)) return;
  switch (type.kind) {
    case "stream":
      collect(type.element, found);
      found.push(type);
      break;
    case "future":
      collect(type.value, found);
      found.push(type);
      break;
    case "list":
      collect(type.element, found);
      break;
    case "option":
      collect(type.some, found);
      break;
    case "map":
      collect(type.value, found);
      break;
    case "result":
      collect(type.ok, found);
      collect(type.err, found);
      break;
    case "tuple":
      for (const item of type.items) collect(item, found);
      break;
    case "record":
      for (const field of type.fields) collect(field.type, found);
      break;
    case "variant":
      for (const each of type.cases) collect(each.type, found);
  }
}
