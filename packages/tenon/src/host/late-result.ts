import { camel, type ResourceType, type Type } from "../contract/core.js";
import { holdsReferences } from "../contract/model/reach.js";
import type { Boundary } from "../runtime/index.js";

/**
 * Releases what the result of a cancelled call carries, if the instance returns it after all: objects are dropped and
 * streams are stopped. Never throws.
 *
 * @param value the result as the instance returned it, of this type.
 */
export function releaseResult(type: Type, value: any, boundary: Boundary): void {
  if (!holdsReferences(type)) return;
  switch (type.kind) {
    case "own":
      releaseObject(type.resource, value, boundary);
      return;
    case "stream":
      stop(value);
      return;
    case "future":
      value.then(
        (late: unknown) => type.value !== undefined && releaseResult(type.value, late, boundary),
        () => {},
      );
      return;
    case "list":
      for (const item of value) releaseResult(type.element, item, boundary);
      return;
    case "option":
      if (type.some.kind === "option") {
        if (value.tag === "some") releaseResult(type.some, value.val, boundary);
      } else if (value !== undefined) releaseResult(type.some, value, boundary);
      return;
    case "map":
      for (const item of value.values()) releaseResult(type.value, item, boundary);
      return;
    case "tuple":
      for (const [at, item] of type.items.entries()) releaseResult(item, value[at], boundary);
      return;
    case "record":
      for (const field of type.fields) releaseResult(field.type, value[camel(field.name)], boundary);
      return;
    case "result": {
      const carried = value.tag === "ok" ? type.ok : type.err;
      if (carried !== undefined) releaseResult(carried, value.val, boundary);
      return;
    }
    case "variant": {
      const carried = type.cases.find(({ name }) => name === value.tag)?.type;
      if (carried !== undefined) releaseResult(carried, value.val, boundary);
    }
  }
}

function releaseObject(resource: ResourceType, representation: unknown, boundary: Boundary): void {
  quietly(() => {
    const object = boundary.receive(representation, resource, true, "async", undefined) as Partial<
      AsyncDisposable & Disposable
    >;
    // A handle, or one of the host's own objects that came back.
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
    // Nothing useful to do: the caller is gone.
  }
}
