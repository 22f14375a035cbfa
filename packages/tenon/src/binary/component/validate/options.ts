import { invalidComponent, unsupportedInComponent } from "../../../errors/factories/binary.js";
import type { CanonOptions } from "../decode/model.js";
import { signatureText } from "./core-types.js";
import { entry, type Scope } from "./scope.js";

const reallocSignature = signatureText(["i32", "i32", "i32", "i32"], ["i32"]);
const callbackSignature = signatureText(["i32", "i32", "i32"], ["i32"]);

/** Checks that options refer to existing items and that they can be combined. */
export function expectOptions(options: CanonOptions, scope: Scope, offset: number): void {
  const { memory, realloc, callback } = options;
  if (memory !== undefined) expectMemory(memory, scope, offset);
  if (realloc !== undefined) {
    if (memory === undefined) throw invalidComponent("the option realloc requires the option memory", offset);
    expectSignature(realloc, reallocSignature, "realloc", scope, offset);
  }
  if (callback !== undefined) {
    if (!options.async) throw invalidComponent("the option callback requires the option async", offset);
    expectSignature(callback, callbackSignature, "callback", scope, offset);
  }
  if (options.async && options.postReturn !== undefined)
    throw invalidComponent("the options async and post-return cannot be combined", offset);
}

/** @throws TENON_COMPONENT_UNSUPPORTED for a 64-bit memory */
export function expectMemory(index: number, scope: Scope, offset: number): void {
  const { limits } = entry(scope.coreMemories, index, "core memory", offset);
  if (limits.wide) throw unsupportedInComponent("a 64-bit memory to pass values", offset);
  if (limits.shared) throw invalidComponent(`memory ${index} is shared`, offset);
}

/** Throws for options that only lifted functions may have. */
export function expectNoLift({ postReturn, callback }: CanonOptions, offset: number): void {
  if (postReturn !== undefined)
    throw invalidComponent("the option post-return is allowed for lifted functions only", offset);
  if (callback !== undefined)
    throw invalidComponent("the option callback is allowed for lifted functions only", offset);
}

export function expectSync({ async }: CanonOptions, offset: number): void {
  if (async) throw invalidComponent("the option async is not allowed here", offset);
}

/** The post-return function takes the results of the core function. */
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
    throw invalidComponent(`core function ${index} cannot be the ${what}: expected ${wanted}, found ${found}`, offset);
}
