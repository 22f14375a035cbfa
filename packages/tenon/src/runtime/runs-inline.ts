/** Set on `globalThis` by the entry of a place that is a thread or process of its own, to the name of the place. */
const placeKey = Symbol.for("tenon.place");

/** Whether what is loaded here shares the host's thread. */
export function runsInline(): boolean {
  return (globalThis as Record<symbol, unknown>)[placeKey] === undefined;
}
