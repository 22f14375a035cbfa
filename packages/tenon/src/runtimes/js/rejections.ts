/**
 * Promise rejections that nobody handles end the whole program. While inline plugins are open, those that come from a
 * plugin's script are told to that plugin's instance instead; all others go on as if nobody listened here.
 */
type Told = (thrown: unknown) => void;

const watched = new Map<string, Set<Told>>();
const attributions = new WeakMap<object, Told>();

/** Notes whose failure an error is, for one that does not come from the plugin's own script. */
export function attributeTo(error: unknown, told: Told): void {
  if (typeof error === "object" && error !== null) attributions.set(error, told);
}

/** Starts to watch for a script; returns the end of it. Several instances of one script are all told. */
export function watchRejections(scriptName: string, told: Told): () => void {
  if (watched.size === 0) process.on("unhandledRejection", dispatch);
  const group = watched.get(scriptName) ?? new Set();
  watched.set(scriptName, group.add(told));
  return () => {
    if (!group.delete(told) || group.size > 0) return;
    watched.delete(scriptName);
    if (watched.size === 0) process.removeListener("unhandledRejection", dispatch);
  };
}

function dispatch(reason: unknown): void {
  const attributed = typeof reason === "object" && reason !== null ? attributions.get(reason) : undefined;
  if (attributed !== undefined) return attributed(reason);
  const stack = reason instanceof Error && typeof reason.stack === "string" ? reason.stack : "";
  for (const [name, group] of watched) {
    if (!stack.includes(`${name}:`)) continue;
    for (const told of [...group]) told(reason);
    return;
  }
  if (process.listenerCount("unhandledRejection") > 1) return;
  throw reason instanceof Error ? reason : new Error(`a promise was rejected with ${String(reason)} and nobody handled it`);
}
