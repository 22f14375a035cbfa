import type { FunctionType } from "../../../../contract/core.js";
import { type CoreType, type Layout, layoutOf, sequenceLayout } from "./layout.js";

/** How the parameters and results of a function become core values. */
export interface FunctionShape {
  /** The core function's parameters, including the pointer for a result in memory. */
  readonly parameters: readonly CoreType[];
  readonly results: readonly CoreType[];
  /** The layout of the parameters where they are passed in memory. */
  readonly parameterLayout: Layout & { readonly offsets: readonly number[] };
  readonly parametersInMemory: boolean;
  readonly resultInMemory: boolean;
}

const mostParameters = 16;
const mostAsyncParameters = 4;

/**
 * The core signature of a function that is lifted (implemented by core code) or lowered (called by core code).
 *
 * @param async whether the asynchronous ABI is used, which is an option of lift and lower, not of the type.
 * @param callback for an asynchronous lift: whether it returns to wait, and is called back.
 *
 * Source: Component Model, CanonicalABI.md, "Flattening".
 */
export function flattenFunction(
  type: FunctionType,
  direction: "lift" | "lower",
  async: boolean,
  callback = async,
): FunctionShape {
  let shapes = known.get(type);
  if (shapes === undefined) known.set(type, (shapes = []));
  const variant = (direction === "lift" ? 4 : 0) + (async ? 2 : 0) + (callback ? 1 : 0);
  return (shapes[variant] ??= flatten(type, direction, async, callback));
}

const known = new WeakMap<FunctionType, FunctionShape[]>();

function flatten(type: FunctionType, direction: "lift" | "lower", async: boolean, callback: boolean): FunctionShape {
  const parameterLayout = sequenceLayout(type.parameters.map((parameter) => parameter.type));
  const result = type.result === undefined ? [] : layoutOf(type.result).flat;
  const isAsyncLower = async && direction === "lower";
  const parametersInMemory = parameterLayout.flat.length > (isAsyncLower ? mostAsyncParameters : mostParameters);
  const parameters: CoreType[] = parametersInMemory ? ["i32"] : [...parameterLayout.flat];
  const resultInMemory = isAsyncLower ? result.length > 0 : !async && result.length > 1;
  if (resultInMemory && direction === "lower") parameters.push("i32");
  const results: readonly CoreType[] = async
    ? direction === "lower" || callback
      ? ["i32"]
      : []
    : resultInMemory
      ? direction === "lift"
        ? ["i32"]
        : []
      : result;
  return { parameters, results, parameterLayout, parametersInMemory, resultInMemory };
}
