import inspector from "node:inspector";
import { setImmediate } from "node:timers/promises";
import { inspectorUnavailable } from "../../errors/factories/command.js";
import type { Place } from "../../runtime/index.js";
import type { Output } from "../output/output.js";
import { interrupted, withoutSignalHandlers } from "../output/shutdown.js";
import type { InspectAddress, PlaceChoice } from "./option-values.js";

/**
 * Opens Node's inspector for plugins that run in this process, inline or in a worker thread, and prints its address.
 *
 * @param waits whether to wait until a debugger is attached, so that breakpoints work from the first line on
 */
export async function openInspector(
  { host, port }: InspectAddress,
  place: PlaceChoice,
  waits: boolean,
  output: Output,
): Promise<void> {
  inspector.open(port, host);
  const url = inspector.url();
  if (url === undefined) throw inspectorUnavailable(host, port);
  const { host: address } = new URL(url);
  output.note(
    `Attach a debugger to ${address}: open chrome://inspect, or use "attach to Node process" in your editor.`,
  );
  if (place === "worker" || place === "worker-pool")
    output.note("The plugin runs in a worker thread: select that thread in the debugger.");
  // Handle a signal that arrived until now; a later one ends the program directly.
  await setImmediate();
  if (!waits || interrupted.aborted) return;
  withoutSignalHandlers(() => {
    output.note("Waiting for a debugger …");
    inspector.waitForDebugger();
  });
}

export function closeInspector(): void {
  if (inspector.url() !== undefined) inspector.close();
}

/** Returns a place whose processes open Node's inspector themselves; the address that they print appears in the plugin's log. */
export async function inspectedProcessPlace(
  { host, port }: InspectAddress,
  waits: boolean,
  output: Output,
): Promise<Place> {
  const { processPlace } = await import("../../places/process/index.js");
  output.note(
    "Attach a debugger to the plugin's process, at the address that it prints: open chrome://inspect, or use your editor.",
  );
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return processPlace({ execArgv: [`${waits ? "--inspect-wait" : "--inspect"}=${address}`] });
}
