import { AsyncLocalStorage } from "node:async_hooks";
import type { TenonError } from "../errors/index.js";
import { type GivenMetadata, type Metadata, readMetadata } from "./metadata.js";

/** What is cancelled together with another call, because that one made it. */
export interface Follower {
  outerCancelled(reason: TenonError): void;
}

/** What the code that runs now passes on to the calls that it makes. */
export interface CallContext {
  readonly metadata: Metadata | undefined;
  /** The call that the code serves; absent outside of any call. */
  readonly call: ContextCall | undefined;
}

/** A call that code runs for. Once it has ended, it bounds nothing that its code goes on to do. */
export interface ContextCall extends CallContext {
  readonly ended: boolean;
  /** When it ends at the latest, on the clock of `performance.now()`; infinite for never. */
  readonly due: number;
  /** Why it was cancelled, if it was. */
  readonly reason: TenonError | undefined;
  /** Aborted when it is cancelled. */
  readonly signal: AbortSignal;
  follow(follower: Follower): void;
  unfollow(follower: Follower): void;
}

const storage = new AsyncLocalStorage<CallContext | undefined>();
// Before its first use, the storage costs nothing. After it, Node 20 and 22 follow every promise.
let used = false;
/** The context of the code on the stack; `null` if it has none, whatever the storage says. */
let running: CallContext | null | undefined;

/** Returns the context of the code that runs, if it has one. */
export function currentContext(): CallContext | undefined {
  if (running !== undefined) return running ?? undefined;
  return used ? storage.getStore() : undefined;
}

/** Returns the call that the code runs for, unless it has ended. */
export function currentCall(): ContextCall | undefined {
  const call = currentContext()?.call;
  return call === undefined || call.ended ? undefined : call;
}

/** Whether code may run in a context that it has from where something was opened, and does not belong to. */
export function contextsUsed(): boolean {
  return used;
}

/**
 * Runs a function in a context.
 *
 * @param later whether it may go on after it has returned a promise: then Node carries the context along.
 */
export function inContext<T>(context: CallContext | undefined, later: boolean, action: () => T): T {
  const outer = running;
  running = context ?? null;
  try {
    if (!later) return action();
    used = true;
    return storage.run(context, action);
  } finally {
    running = outer;
  }
}

/**
 * Gives metadata to every call that the function makes, whatever it waits for meanwhile; and to those that these make, in every
 * place. It is added to what the code inherits.
 *
 * ```ts
 * await withMetadata({ traceparent: request.headers.traceparent, tenant: "acme" }, () => plugin.exports.render(page));
 * ```
 *
 * @throws TENON_METADATA_INVALID
 */
export function withMetadata<T>(metadata: GivenMetadata, action: () => T): T {
  const outer = currentContext();
  return inContext({ metadata: readMetadata(metadata, outer?.metadata), call: outer?.call }, true, action);
}

/** Calls to cancel with another one. */
export class Followers {
  #all = new Set<Follower>();

  add(follower: Follower): void {
    this.#all.add(follower);
  }

  delete(follower: Follower): void {
    this.#all.delete(follower);
  }

  cancel(reason: TenonError): void {
    const all = this.#all;
    this.#all = new Set();
    for (const follower of all) follower.outerCancelled(reason);
  }
}

/** Returns what is left until a time, at least 1 because 0 means that there is no limit, or 0 if it is infinite. */
export function millisecondsUntil(due: number): number {
  return due === Number.POSITIVE_INFINITY ? 0 : Math.max(1, due - performance.now());
}

/** Returns the shorter of two limits in milliseconds, where 0 is none. */
export function shorter(one: number, other: number): number {
  return one === 0 || other === 0 ? Math.max(one, other) : Math.min(one, other);
}
