/**
 * Promise rejections that nobody handles end the whole program. While inline plugins are open, those that come from a
 * plugin's script are told to that plugin's instance instead; all others go on as if nobody listened here.
 */
type Told = (thrown: unknown) => void;

const watched = new Map<string, Told>();
const attributions = new WeakMap<object, Told>();

/** Notes whose failure an error is, for one that does not come from the plugin's own script. */
export function attributeTo(error: unknown, told: Told): void {
  if (typeof error === "object" && error !== null) attributions.set(error, told);
}

/** Whether an instance is open whose script has this name. */
export function isWatched(scriptName: string): boolean {
  return watched.has(scriptName);
}

/** Starts to watch for the script of one instance; returns the end of it. */
export function watchRejections(scriptName: string, told: Told): () => void {
  if (watched.size === 0) process.on("unhandledRejection", dispatch);
  watched.set(scriptName, told);
  return () => {
    if (watched.get(scriptName) !== told) return;
    watched.delete(scriptName);
    if (watched.size === 0) process.removeListener("unhandledRejection", dispatch);
  };
}

function dispatch(reason: unknown): void {
  const attributed = typeof reason === "object" && reason !== null ? attributions.get(reason) : undefined;
  if (attributed !== undefined) {
    attributed(reason);
    return;
  }
  const stack = reason instanceof Error && typeof reason.stack === "string" ? reason.stack : "";
  for (const [name, told] of watched) {
    if (!stack.includes(`${name}:`)) continue;
    told(reason);
    return;
  }
  if (process.listenerCount("unhandledRejection") > 1) return;
  throw reason instanceof Error
    ? reason
    : new Error(`a promise was rejected with ${String(reason)} and nobody handled it`);
}
