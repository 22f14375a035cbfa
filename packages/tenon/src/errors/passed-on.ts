import { inspect } from "node:util";
import { isEngineStack } from "./engine-stack.js";
import { isMadeHere, TenonError } from "./error.js";
import type { Code } from "./registry.js";

/** Codes about a side's own connection or plugin. Foreign code cannot know them, so they are not accepted from it. */
export const ownSideCodes: ReadonlySet<string> = new Set<Code>([
  "TENON_PLUGIN_CRASHED",
  "TENON_PLUGIN_CLOSED",
  "TENON_CIRCUIT_OPEN",
  "TENON_WIRE_MALFORMED",
  "TENON_WIRE_VERSION",
  "TENON_WIRE_CLOSED",
  "TENON_PLACE_START",
  "TENON_PLACE_MEMORY",
  "TENON_PLACE_EXIT",
  "TENON_PLACE_NEIGHBOUR",
]);

/**
 * Returns the coded error that foreign code threw on, if that is what it threw: a plugin that does not catch the error of a
 * host function, for example. Anything that only looks like one, or says what foreign code cannot know, is an exception
 * like any other. So is the error case of another function.
 */
export function passedOn(thrown: unknown): TenonError | undefined {
  if (!isMadeHere(thrown) || thrown.code === "TENON_CALL_RESULT" || ownSideCodes.has(thrown.code)) return undefined;
  return isUntouched(thrown)
    ? thrown
    : new TenonError(thrown.code, thrown as ConstructorParameters<typeof TenonError>[1]);
}

/** Whether reading the error, or printing it, runs nobody's code. Its own fields cannot be changed. */
function isUntouched(error: TenonError): boolean {
  if (Object.getPrototypeOf(error) !== TenonError.prototype) return false;
  return Reflect.ownKeys(error).every((key) => {
    const descriptor = Object.getOwnPropertyDescriptor(error, key)!;
    if (key === "stack") return isEngineStack(descriptor.get) || typeof descriptor.value === "string";
    return "value" in descriptor && typeof descriptor.value !== "function" && key !== inspect.custom;
  });
}
