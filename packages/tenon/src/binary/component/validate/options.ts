import type { CanonOptions } from "../model.js";
import { unsupported } from "../reading.js";
import { signatureText } from "./core-types.js";
import { invalid } from "./failure.js";
import { entry, type Scope } from "./scope.js";

const reallocSignature = signatureText(["i32", "i32", "i32", "i32"], ["i32"]);
const callbackSignature = signatureText(["i32", "i32", "i32"], ["i32"]);

/** Checks what options name, and that they go together. */
export function expectOptions(options: CanonOptions, scope: Scope, offset: number): void {
  const { memory, realloc, callback } = options;
  if (memory !== undefined) expectMemory(memory, scope, offset);
  if (realloc !== undefined) {
    if (memory === undefined) throw invalid("the option realloc is there without memory", offset);
    expectSignature(realloc, reallocSignature, "realloc", scope, offset);
  }
  if (callback !== undefined) {
    if (!options.async) throw invalid("the option callback is there without async", offset);
    expectSignature(callback, callbackSignature, "callback", scope, offset);
  }
  if (options.async && options.postReturn !== undefined)
    throw invalid("the options async and post-return exclude each other", offset);
}

/** @throws TENON_COMPONENT_UNSUPPORTED for a memory with addresses of 64 bits */
export function expectMemory(index: number, scope: Scope, offset: number): void {
  const { limits } = entry(scope.coreMemories, index, "core memory", offset);
  if (limits.wide) throw unsupported("a memory with addresses of 64 bits to pass values", offset);
  if (limits.shared) throw invalid(`memory ${index} is shared`, offset);
}

/** Refuses the options that only lifted functions have. */
export function expectNoLift({ postReturn, callback }: CanonOptions, offset: number): void {
  if (postReturn !== undefined) throw invalid("the option post-return is for lifted functions only", offset);
  if (callback !== undefined) throw invalid("the option callback is for lifted functions only", offset);
}

export function expectSync({ async }: CanonOptions, offset: number): void {
  if (async) throw invalid("the option async has no meaning here", offset);
}

/** A function that is called after the result was read takes what the core function answered. */
export function expectPostReturn(
  { postReturn }: CanonOptions,
  results: readonly string[],
  scope: Scope,
  offset: number,
): void {
  if (postReturn !== undefined) expectSignature(postReturn, signatureText(results, []), "post-return", scope, offset);
}

function expectSignature(index: number, wanted: string, what: string, scope: Scope, offset: number): void {
  const found = scope.coreFunction(index, offset);
  if (found !== wanted)
    throw invalid(`core function ${index} has the type ${found}, and as ${what} it needs ${wanted}`, offset);
}
