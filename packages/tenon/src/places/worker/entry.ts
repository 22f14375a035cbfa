import { parentPort, workerData } from "node:worker_threads";
import { serveInstance } from "../../rpc/serve-instance.js";
import { captureOutput } from "./capture.js";
import type { OpenMessage, ThreadData, WarmMessage } from "./messages.js";
import { SharedChannel } from "./shared-channel.js";

/** The program that a plugin's thread runs: it serves the plugins that the host opens in it. */

(globalThis as Record<symbol, unknown>)[Symbol.for("tenon.place")] = "worker";
captureOutput((workerData as ThreadData).output);

parentPort?.on("message", (message: OpenMessage | WarmMessage) => {
  // What fails here fails again, and is told, when a plugin is loaded.
  if ("module" in message) void import(message.module).catch(() => {});
  else open(message);
});

function open({ port, memory, prepared, shared }: OpenMessage): void {
  // A plugin that is alone keeps its thread by its own connection; the thread ends with it.
  if (!shared) parentPort?.unref();
  serveInstance({
    channel: new SharedChannel({ port, memory, side: "plugin" }),
    prepared,
    finished(lost) {
      if (shared) return;
      // What ends the thread as an exception is told to the host with its message.
      if (lost !== undefined) throw lost;
      process.exit(0);
    },
  });
}
