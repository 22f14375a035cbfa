import type { CanonOptions } from "../model.js";
import { invalid } from "./failure.js";
import { layoutOf, mostFlat, type ResolvedFunction, type ResolvedType } from "./types.js";

/** An async call passes fewer values directly, as they are kept until the call begins. */
const mostFlatAsync = 4;
const mostFlatResults = 1;

/**
 * The core type of a lifted or lowered function; checks on the way that the options offer the memory that it needs.
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
  // Parameters are put into the callee's memory when lifted, results into the caller's when lowered.
  if (holdsPointer || flat === undefined) requireMemory(options, isLift, offset);
  const taken = flat ?? ["i32"];
  const answer = result === undefined ? undefined : layoutOf(result);
  if (answer?.holdsPointer === true) requireMemory(options, !isLift, offset);
  if (options.async) {
    if (isLift) {
      if (answer !== undefined && answer.flat === undefined) requireMemory(options, false, offset);
      return { parameters: taken, results: options.callback === undefined ? [] : ["i32"] };
    }
    if (answer !== undefined) requireMemory(options, false, offset);
    return { parameters: answer === undefined ? taken : [...taken, "i32"], results: ["i32"] };
  }
  if (answer === undefined) return { parameters: taken, results: [] };
  if (answer.flat !== undefined && answer.flat.length <= mostFlatResults)
    return { parameters: taken, results: answer.flat };
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
  if (memory === undefined) throw invalid("the option memory is missing, where values are passed in memory", offset);
  if (needsRealloc && realloc === undefined)
    throw invalid("the option realloc is missing, where values are put into memory", offset);
}
