import { parentPort, workerData } from "node:worker_threads";
import { serveInstance } from "../../rpc/serve-instance.js";
import { captureOutput } from "./capture.js";
import { watchChildren } from "./children.js";
import { reportMemory } from "./memory-watch.js";
import type { OpenMessage, ThreadData, WarmMessage } from "./messages.js";
import { SharedChannel } from "./shared-channel.js";
import { workerTraits } from "./traits.js";

/** The program that a plugin's thread runs: it serves the plugins that the host opens in it. */

const flushOutput = captureOutput(workerData as ThreadData);
const { memory } = workerData as ThreadData;
if (memory !== undefined) reportMemory(memory.report, memory.limit);
const endChildren = watchChildren((workerData as ThreadData).output);

parentPort?.on("message", (message: OpenMessage | WarmMessage) => {
  // A failure here happens again, and is reported, when a plugin is loaded.
  if ("module" in message) void import(message.module).catch(() => {});
  else open(message);
});

function open({ port, memory, prepared, shared }: OpenMessage): void {
  // A plugin that has its thread to itself keeps it alive by its connection; the thread exits with it.
  if (!shared) parentPort?.unref();
  serveInstance({
    channel: new SharedChannel({ port, memory, side: "plugin" }),
    traits: workerTraits,
    prepared,
    flush: flushOutput,
    finished(lost) {
      if (shared) return;
      // Node passes the exception that ends a thread to the host, with its message.
      if (lost !== undefined) throw lost;
      void endChildren().then(() => process.exit(0));
    },
  });
}
