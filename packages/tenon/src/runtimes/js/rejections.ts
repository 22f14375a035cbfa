import { textOf } from "../../errors/index.js";
import { currentOrigin, liveOrigins } from "./origin.js";
import { property } from "./stack.js";

/**
 * An unhandled promise rejection ends the whole program. While inline plugins are open, or something that one of them
 * started goes on, a rejection that comes from a plugin is passed to its instance instead; all others behave as if this
 * listener did not exist.
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
  if (!process.listeners("unhandledRejection").includes(dispatch)) process.on("unhandledRejection", dispatch);
  watched.set(scriptName, handler);
  return () => {
    if (watched.get(scriptName) !== handler) return;
    watched.delete(scriptName);
    stopIfUnused();
  };
}

function stopIfUnused(): void {
  if (watched.size === 0 && liveOrigins(stopIfUnused) === 0) process.removeListener("unhandledRejection", dispatch);
}

function dispatch(reason: unknown): void {
  const handler = handlerOf(reason);
  if (handler !== undefined) {
    handler(reason);
    return;
  }
  if (process.listenerCount("unhandledRejection") > 1) return;
  throw typeof property(reason, "stack") === "string"
    ? reason
    : new Error(`unhandled promise rejection: ${textOf(reason)}`);
}

function handlerOf(reason: unknown): Handler | undefined {
  const origin = currentOrigin();
  if (origin !== undefined) return (thrown) => origin.rejected(thrown);
  const attributed = typeof reason === "object" && reason !== null ? attributions.get(reason) : undefined;
  if (attributed !== undefined) return attributed;
  const stack = property(reason, "stack");
  if (typeof stack !== "string") return undefined;
  for (const [name, handler] of watched) if (stack.includes(`${name}:`)) return handler;
  return undefined;
}
