import { camel, type ResourceType, type Type } from "../contract/core.js";
import type { Boundary } from "../runtime/index.js";

/**
 * Releases what an answer carries for which nobody waits any more: the call was cancelled, and the instance answered all
 * the same. Objects are dropped, streams are told to stop. Never throws.
 *
 * @param value the answer as the instance gave it, of this type.
 */
export function releaseAnswer(type: Type, value: any, boundary: Boundary): void {
  switch (type.kind) {
    case "own":
      releaseObject(type.resource, value, boundary);
      return;
    case "stream":
      stop(value);
      return;
    case "future":
      value.then(
        (late: unknown) => type.value !== undefined && releaseAnswer(type.value, late, boundary),
        () => {},
      );
      return;
    case "list":
      for (const item of value) releaseAnswer(type.element, item, boundary);
      return;
    case "option":
      if (type.some.kind === "option") {
        if (value.tag === "some") releaseAnswer(type.some, value.val, boundary);
      } else if (value !== undefined) releaseAnswer(type.some, value, boundary);
      return;
    case "tuple":
      for (const [at, item] of type.items.entries()) releaseAnswer(item, value[at], boundary);
      return;
    case "record":
      for (const field of type.fields) releaseAnswer(field.type, value[camel(field.name)], boundary);
      return;
    case "result": {
      const carried = value.tag === "ok" ? type.ok : type.err;
      if (carried !== undefined) releaseAnswer(carried, value.val, boundary);
      return;
    }
    case "variant": {
      const carried = type.cases.find(({ name }) => name === value.tag)?.type;
      if (carried !== undefined) releaseAnswer(carried, value.val, boundary);
    }
  }
}

function releaseObject(resource: ResourceType, representation: unknown, boundary: Boundary): void {
  quietly(() => {
    const object = boundary.receive(representation, resource, true, "async", undefined) as Partial<
      AsyncDisposable & Disposable
    >;
    // A handle, or one of the host's own objects, given back to a caller that has left.
    return (object[Symbol.asyncDispose] ?? object[Symbol.dispose])?.call(object);
  });
}

function stop(stream: AsyncIterable<unknown>): void {
  quietly(() => stream[Symbol.asyncIterator]().return?.());
}

function quietly(action: () => unknown): void {
  try {
    const done = action();
    if (done instanceof Promise) done.catch(() => {});
  } catch {
    // Nobody is left to be told.
  }
}
