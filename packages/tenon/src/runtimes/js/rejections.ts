/**
 * An unhandled promise rejection ends the whole program. While inline plugins are open, a rejection that comes from a
 * plugin's script is passed to that plugin's instance instead; all others behave as if this listener did not exist.
 */
type Handler = (thrown: unknown) => void;

const watched = new Map<string, Handler>();
const attributions = new WeakMap<object, Handler>();

/** Attributes an error that does not come from the plugin's own script to the plugin. */
export function attributeTo(error: unknown, handler: Handler): void {
  if (typeof error === "object" && error !== null) attributions.set(error, handler);
}

/** Returns whether an instance is open whose script has this name. */
export function isWatched(scriptName: string): boolean {
  return watched.has(scriptName);
}

/** Starts to watch rejections of one instance's script. Returns a function that stops it. */
export function watchRejections(scriptName: string, handler: Handler): () => void {
  if (watched.size === 0) process.on("unhandledRejection", dispatch);
  watched.set(scriptName, handler);
  return () => {
    if (watched.get(scriptName) !== handler) return;
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
  for (const [name, handler] of watched) {
    if (!stack.includes(`${name}:`)) continue;
    handler(reason);
    return;
  }
  if (process.listenerCount("unhandledRejection") > 1) return;
  throw reason instanceof Error ? reason : new Error(`unhandled promise rejection: ${String(reason)}`);
}
