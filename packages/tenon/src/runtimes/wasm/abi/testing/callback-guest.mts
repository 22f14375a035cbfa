import type { ValueType } from "../../../../binary/component/index.js";
import type { FunctionType, StreamType, Type } from "../../../../contract/index.js";
import {
  type BuiltInDefinition,
  ComponentState,
  type CoreFunction,
  compileAsyncLower,
  compileLift,
  defineBuiltIn,
} from "../index.js";
import { type Encoding, functionOf, GuestHeap, noResources } from "./guest-heap.mjs";

export const exit = 0;
export const yielding = 1;
export const waitFor = (set: number) => 2 | (set << 4);

/** An instance whose asynchronous functions are written in JavaScript, by hand what wit-bindgen generates. */
export class CallbackGuest {
  readonly heap = new GuestHeap();
  readonly lost: unknown[] = [];
  readonly state: ComponentState;
  readonly #types: readonly Type[];

  /** @param types the types that the indices of the definitions refer to */
  constructor(types: readonly Type[] = []) {
    this.#types = types;
    this.state = new ComponentState("guest", 0, (error) => this.lost.push(error));
  }

  builtIn(definition: BuiltInDefinition): CoreFunction {
    const type = (index: ValueType) => (typeof index === "number" ? this.#types[index]! : ({ kind: index } as Type));
    return defineBuiltIn(definition, {
      state: this.state,
      resolve: noResources,
      options: ({ async }) => ({ ...this.heap.options(), async }),
      type,
      streamType: (index) => type(index) as StreamType,
      memory: () => this.heap.memory,
    });
  }

  /** A built-in without options. */
  plain(
    kind:
      | "waitable-set-new"
      | "waitable-join"
      | "task-cancel"
      | "subtask-drop"
      | "backpressure-inc"
      | "backpressure-dec",
  ): CoreFunction {
    return this.builtIn({ kind });
  }

  lift(type: FunctionType, core: CoreFunction, callback: CoreFunction = unused): (...values: any[]) => any {
    return compileLift("call", type, core, { ...this.heap.options(), async: true, callback }, this.state, noResources);
  }

  lower(type: FunctionType, target: (...values: any[]) => unknown): CoreFunction {
    return compileAsyncLower("host", type, target, () => this.heap.options(), this.state, noResources);
  }

  taskReturn(result: ValueType | undefined): CoreFunction {
    return this.builtIn({ kind: "task-return", result, options: optionsOf("utf8", false) });
  }

  /** The built-in of a stream or future type by index. */
  stream(kind: "read" | "write", of: "stream" | "future", type: number): CoreFunction {
    return this.builtIn({ kind: `${of}-${kind}`, type, options: optionsOf("utf8", true) });
  }
}

export const asyncFunction = (parameters: readonly Type[], result: Type | undefined): FunctionType => ({
  ...functionOf(parameters, result),
  async: true,
});

const unused: CoreFunction = () => {
  throw new Error("this guest does not wait");
};

function optionsOf(stringEncoding: Encoding, async: boolean) {
  const none = undefined;
  return { stringEncoding, memory: 0, realloc: none, postReturn: none, async, callback: none };
}
