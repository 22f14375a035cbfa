import type { FunctionType, ResourceType, Type } from "../../../../contract/index.js";
import {
  type CanonicalOptions,
  ComponentState,
  type CoreFunction,
  type CoreType,
  compileLift,
  compileLower,
  flattenFunction,
  layoutOf,
  type ResourceKind,
} from "../index.js";

export type Encoding = CanonicalOptions["stringEncoding"];

/** The core side of an instance, written in JavaScript except for its memory, with an allocator that never frees. */
export class GuestHeap {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: 1024 });
  /** What `realloc` was called with, in order. */
  readonly calls: number[][] = [];
  #next = 16;

  readonly realloc = (pointer: number, size: number, alignment: number, newSize: number): number => {
    this.calls.push([pointer, size, alignment, newSize]);
    if (pointer !== 0 || size !== 0) throw new Error("this allocator cannot resize an allocation");
    const place = Math.ceil(this.#next / alignment) * alignment;
    this.#next = place + newSize;
    const missing = this.#next - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65_536));
    return place;
  };

  options(stringEncoding: Encoding = "utf8", postReturn?: CoreFunction): CanonicalOptions {
    const { memory, realloc } = this;
    return { stringEncoding, memory, realloc, postReturn, async: false, callback: undefined };
  }

  /** Writes words to newly allocated memory, and returns their address. */
  words(...values: number[]): number {
    const pointer = this.realloc(0, 0, 8, values.length * 4);
    new Uint32Array(this.memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  bytes(...values: number[]): number {
    const pointer = this.realloc(0, 0, 8, values.length);
    new Uint8Array(this.memory.buffer, pointer, values.length).set(values);
    return pointer;
  }
}

export function noResources(resource: ResourceType): ResourceKind {
  throw new Error(`there is no resource ${resource.name} in this test`);
}

export function functionOf(parameters: readonly Type[], result: Type | undefined): FunctionType {
  return {
    kind: "function",
    parameters: parameters.map((type, index) => ({ name: `p${index}`, type })),
    result,
    async: false,
    optional: false,
  };
}

/**
 * Returns a lifted function whose core code only calls a lowered one of the same type, which calls `target`: each value
 * passes through the instance's memory in both directions.
 */
export function throughGuest(
  type: FunctionType,
  target: (...parameters: any[]) => unknown,
  {
    encoding = "utf8" as Encoding,
    heap = new GuestHeap(),
    state = new ComponentState("guest"),
    resolve = noResources as (resource: ResourceType) => ResourceKind,
  } = {},
): (...parameters: any[]) => unknown {
  const options = heap.options(encoding);
  const lowered = compileLower("target", type, target, () => options, state, resolve);
  const { parameters } = flattenFunction(type, "lift", false);
  const { resultInMemory, results } = flattenFunction(type, "lower", false);
  const core: CoreFunction = (...flat) => {
    mustBe(parameters, flat);
    if (!resultInMemory || type.result === undefined) {
      const answer = lowered(...flat);
      mustBe(results, answer === undefined ? [] : [answer]);
      return answer;
    }
    const { size, alignment } = layoutOf(type.result);
    const place = heap.realloc(0, 0, alignment, size);
    lowered(...flat, place);
    return place;
  };
  return compileLift("through", type, core, options, state, resolve);
}

/** Checks what the engine checks of a call between JavaScript and WebAssembly. */
function mustBe(types: readonly CoreType[], values: readonly unknown[]): void {
  const given = values.map((value) => (typeof value === "bigint" ? "i64" : typeof value));
  const wanted = types.map((type) => (type === "i64" ? "i64" : "number"));
  if (given.join() !== wanted.join()) throw new Error(`core values ${given.join()} where the type has ${types.join()}`);
}
