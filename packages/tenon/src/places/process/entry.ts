import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";
import { serveInstance } from "../../rpc/index.js";
import { StreamChannel } from "./stream-channel.js";

/** The program that a plugin's process runs: it serves one instance over file descriptor 3 and ends with it. */

const readBytes = 64 * 1024;
// How long the plugin's own close function may take when the host has gone without closing it.
const orphanMilliseconds = 1000;

// One buffer for all that is read, instead of a new one for each chunk.
const onread: OnReadOpts = {
  buffer: new Uint8Array(readBytes),
  callback(length, buffer) {
    channel.receive(buffer.subarray(0, length));
    return true;
  },
};
const options: SocketConstructorOpts & { onread: OnReadOpts } = { fd: 3, onread };
const socket = new Socket(options);
// The host is trusted, and checks the size of what it sends.
const channel = new StreamChannel(socket, { limit: 0xffff_ffff });

socket.once("end", () => setTimeout(exit, orphanMilliseconds));

serveInstance({
  channel,
  finished() {
    channel.close();
    if (socket.writableFinished || socket.destroyed) exit();
    socket.once("finish", exit);
    socket.once("close", exit);
  },
});

function exit(): never {
  process.exit(0);
}
