import { parentPort } from "node:worker_threads";
import { serveInstance } from "../../rpc/serve-instance.js";
import type { OpenMessage } from "./messages.js";
import { SharedChannel } from "./shared-channel.js";

/** The program that a plugin's thread runs: it serves the plugins that the host opens in it. */

(globalThis as Record<symbol, unknown>)[Symbol.for("tenon.place")] = "worker";

parentPort?.on("message", ({ port, memory, prepared, shared }: OpenMessage) => {
  // A plugin that is alone keeps its thread by its own connection; the thread ends with it.
  if (!shared) parentPort?.unref();
  serveInstance({
    channel: new SharedChannel({ port, memory, side: "plugin" }),
    prepared,
    finished() {
      if (!shared) endThread();
    },
  });
});

// How long the host may take to receive what was printed last.
const lastWordsMilliseconds = 500;

/** Ends the thread, after what was printed has reached the host. */
function endThread(): void {
  setTimeout(exit, lastWordsMilliseconds);
  process.stdout.write("", () => process.stderr.write("", exit));
}

function exit(): never {
  process.exit(0);
}
