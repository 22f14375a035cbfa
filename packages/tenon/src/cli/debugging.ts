import inspector from "node:inspector";
import { setImmediate } from "node:timers/promises";
import type { Place } from "../runtime/index.js";
import { usageError } from "./command-failure.js";
import { interrupted, withoutHandlers } from "./ending.js";
import type { InspectAddress, PlaceChoice } from "./option-values.js";
import type { Output } from "./output.js";

/**
 * Opens Node's inspector for plugins that run in this process, inline or in a worker thread, and says where to attach.
 *
 * @param waits Whether to wait until a debugger is attached, so that breakpoints hold from the first line on.
 */
export async function openInspector(
  { host, port }: InspectAddress,
  place: PlaceChoice,
  waits: boolean,
  output: Output,
): Promise<void> {
  inspector.open(port, host);
  const url = inspector.url();
  if (url === undefined) {
    throw usageError(
      `--inspect: ${host}:${port} cannot be opened; another program may be using it`,
      "Choose another: --inspect=127.0.0.1:0 takes any that is free.",
    );
  }
  const { host: address } = new URL(url);
  output.note(`Attach a debugger to ${address}: chrome://inspect, or "attach to a Node process" in your editor.`);
  if (place === "worker" || place === "worker-pool")
    output.note("The plugin runs in a worker thread: choose it among the debugger's threads.");
  // A signal that came until now is still to be handled; one that comes later ends the program by itself.
  await setImmediate();
  if (!waits || interrupted.aborted) return;
  withoutHandlers(() => {
    output.note("Waiting until one is attached …");
    inspector.waitForDebugger();
  });
}

export function closeInspector(): void {
  if (inspector.url() !== undefined) inspector.close();
}

/** A place whose processes open Node's inspector by themselves; what it prints is shown as the plugin's log. */
export async function inspectedProcessPlace(
  { host, port }: InspectAddress,
  waits: boolean,
  output: Output,
): Promise<Place> {
  const { processPlace } = await import("../places/process/index.js");
  output.note(
    `Attach a debugger to the plugin's process at the address that it prints: chrome://inspect, or your editor.`,
  );
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return processPlace({ execArgv: [`${waits ? "--inspect-wait" : "--inspect"}=${address}`] });
}
