import type { Place } from "../../runtime/index.js";
import { inlineIsolation } from "./isolation.js";
import { inlineTraits } from "./traits.js";

/**
 * Runs plugins in the host's own thread: the fastest calls, and no isolation.
 *
 * ```ts
 * const instance = await inlinePlace().start(runtime, await runtime.prepare(artifact), request, limits);
 * ```
 *
 * The limits of a place cannot be enforced here. `start` rejects with what the runtime's `load` rejects with.
 */
export function inlinePlace(): Place {
  return {
    name: "inline",
    traits: inlineTraits,
    isolation: inlineIsolation,
    start: (runtime, prepared, request) => runtime.load(prepared, { ...request, traits: inlineTraits }),
    async close() {},
  };
}
