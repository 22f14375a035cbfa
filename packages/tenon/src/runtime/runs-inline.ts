/** Set on `globalThis`, to the name of the place, by the entry of a place that is its own thread or process. */
const placeKey = Symbol.for("tenon.place");

/** Whether a plugin that is loaded here shares the host's thread. */
export function runsInline(): boolean {
  return (globalThis as Record<symbol, unknown>)[placeKey] === undefined;
}
