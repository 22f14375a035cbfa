// Not the folder's index: every module more makes every plugin's start slower.
import { serveInstance } from "../../rpc/serve-instance.js";
import { DescriptorChannel } from "./descriptor-channel.js";

/** The program that a plugin's process runs: it serves one instance over file descriptor 3 and ends with it. */

(globalThis as Record<symbol, unknown>)[Symbol.for("tenon.place")] = "process";

// How long what was sent last may take to be written: a host that has stopped reading does not keep the process.
const lastWordsMilliseconds = 1000;

const channel = connect();

serveInstance({
  channel,
  finished(lost) {
    // The host quotes it when it tells how the process ended.
    if (lost !== undefined) console.error(lost.message);
    setTimeout(exit, lastWordsMilliseconds);
    channel.drain(exit);
  },
});

function connect(): DescriptorChannel {
  try {
    return new DescriptorChannel(3);
  } catch {
    console.error(
      "This program is a part of Tenon, which starts it with a connection at file descriptor 3; it does nothing by itself.",
    );
    process.exit(2);
  }
}

function exit(): never {
  process.exit(0);
}
