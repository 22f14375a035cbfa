import { invalidComponent } from "../../../errors/factories/binary.js";
import type { CanonOptions } from "../decode/model.js";
import { layoutOf, mostFlat, type ResolvedFunction, type ResolvedType } from "./types.js";

/** An async call passes fewer values directly, because they are stored until the call starts. */
const mostFlatAsync = 4;
const mostFlatResults = 1;

/**
 * Returns the core type of a lifted or lowered function and checks that the options include the memory that it needs.
 * Source: Component Model, "Canonical ABI", "Flattening".
 */
export function flatSignature(
  { parameters, result }: Pick<ResolvedFunction, "parameters" | "result">,
  direction: "lift" | "lower",
  options: CanonOptions,
  offset: number,
): { parameters: readonly string[]; results: readonly string[] } {
  const isLift = direction === "lift";
  const most = !isLift && options.async ? mostFlatAsync : mostFlat;
  const holdsPointer = parameters.some(({ type }) => layoutOf(type).holdsPointer);
  const flat = flatten(
    parameters.map(({ type }) => type),
    most,
  );
  // Lifting writes parameters to the callee's memory, lowering writes results to the caller's.
  if (holdsPointer || flat === undefined) requireMemory(options, isLift, offset);
  const taken = flat ?? ["i32"];
  const resultLayout = result === undefined ? undefined : layoutOf(result);
  if (resultLayout?.holdsPointer === true) requireMemory(options, !isLift, offset);
  if (options.async) {
    if (isLift) {
      if (resultLayout !== undefined && resultLayout.flat === undefined) requireMemory(options, false, offset);
      return { parameters: taken, results: options.callback === undefined ? [] : ["i32"] };
    }
    if (resultLayout !== undefined) requireMemory(options, false, offset);
    return { parameters: resultLayout === undefined ? taken : [...taken, "i32"], results: ["i32"] };
  }
  if (resultLayout === undefined) return { parameters: taken, results: [] };
  if (resultLayout.flat !== undefined && resultLayout.flat.length <= mostFlatResults)
    return { parameters: taken, results: resultLayout.flat };
  requireMemory(options, false, offset);
  return isLift ? { parameters: taken, results: ["i32"] } : { parameters: [...taken, "i32"], results: [] };
}

function flatten(types: readonly ResolvedType[], most: number): string[] | undefined {
  const found: string[] = [];
  for (const type of types) {
    const { flat } = layoutOf(type);
    if (flat === undefined || found.length + flat.length > most) return undefined;
    found.push(...flat);
  }
  return found;
}

function requireMemory({ memory, realloc }: CanonOptions, needsRealloc: boolean, offset: number): void {
  if (memory === undefined) throw invalidComponent("the option memory is missing: values are passed in memory", offset);
  if (needsRealloc && realloc === undefined)
    throw invalidComponent("the option realloc is missing: values are written to memory", offset);
}
