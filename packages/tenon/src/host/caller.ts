import { currentContext, millisecondsUntil, shorter } from "../runtime/call-context.js";
import { type Metadata, readMetadata } from "../runtime/metadata.js";
import type { CallOptions } from "./options.js";
import type { Caller } from "./running-call.js";

/**
 * Returns what a call has of its caller: from its options, and from the code that makes it.
 *
 * @param limit the deadline of calls whose options name none.
 * @throws TENON_METADATA_INVALID
 */
export function callerOf(options: CallOptions | undefined, limit: number): Caller {
  const context = currentContext();
  const inherited = context?.call?.ended === false ? context.call : undefined;
  const given = options?.metadata;
  return {
    deadline: options?.deadline ?? limit,
    signal: options?.signal,
    metadata: given === undefined ? context?.metadata : readMetadata(given, context?.metadata),
    outer: options?.detached === true ? undefined : inherited,
  };
}

/**
 * Returns the metadata of a call with what its interceptors added: what the code inherits now, and did not when the call was made.
 *
 * @param before what the code inherited then.
 * @throws TENON_METADATA_INVALID
 */
export function withAdded(given: Metadata | undefined, before: Metadata | undefined): Metadata | undefined {
  const now = currentContext()?.metadata;
  if (now === undefined || now === before) return given;
  const added = Object.entries(now).filter(([key, value]) => before?.[key] !== value);
  return added.length === 0 ? given : readMetadata(Object.fromEntries(added), given);
}

/** Returns the signal that cancels a call while it waits for its turn. */
export function signalOf({ signal, outer }: Caller): AbortSignal | undefined {
  if (outer === undefined) return signal;
  return signal === undefined ? outer.signal : AbortSignal.any([signal, outer.signal]);
}

/** Returns how many milliseconds a call has, with those of the call that makes it; 0 for no limit. */
export function timeOf({ deadline, outer }: Caller): number {
  return outer === undefined ? deadline : shorter(deadline, millisecondsUntil(outer.due));
}
