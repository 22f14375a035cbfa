import { AsyncLocalStorage } from "node:async_hooks";

/** Sides that are blocked until the running code returns: a plugin whose thread waits for a host function. */
export type BlockedSides = ReadonlySet<object>;

const storage = new AsyncLocalStorage<BlockedSides>();
let running: BlockedSides | undefined;
// Before its first use, the storage costs nothing: Node then follows no promise.
let used = false;

/** Returns the sides that wait for the running code, if there are any. A call of one of them would never be served. */
export function blockedSides(): BlockedSides | undefined {
  return running ?? (used ? storage.getStore() : undefined);
}

/** Runs a function for which sides are blocked. @param later whether it goes on after it has returned a promise. */
export function serveBlocked<T>(sides: BlockedSides, later: boolean, serve: () => T): T {
  const outer = running;
  running = sides;
  try {
    if (!later) return serve();
    used = true;
    return storage.run(sides, serve);
  } finally {
    running = outer;
  }
}
