// Not the folder's index: each additional module slows down the start of every plugin.
import { serveInstance } from "../../rpc/serve-instance.js";
import { DescriptorChannel } from "./descriptor-channel.js";

/** The program that a plugin's process runs: it serves one instance over file descriptor 3, and exits with it. */

(globalThis as Record<symbol, unknown>)[Symbol.for("tenon.place")] = "process";

// How long to wait until the last messages are written: a host that has stopped reading must not keep the process alive.
const flushMilliseconds = 1000;

const channel = connect();

serveInstance({
  channel,
  finished(lost) {
    // The host quotes it when it reports how the process exited.
    if (lost !== undefined) console.error(lost.message);
    setTimeout(exit, flushMilliseconds);
    channel.drain(exit);
  },
});

function connect(): DescriptorChannel {
  try {
    return new DescriptorChannel(3);
  } catch {
    console.error(
      "This program is part of Tenon and cannot be run directly: a host starts it with a connection at file descriptor 3.",
    );
    process.exit(2);
  }
}

function exit(): never {
  process.exit(0);
}
