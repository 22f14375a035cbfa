// A client that costs little: `node load.mjs PORT CONNECTIONS SECONDS` prints how many responses it got.
import { connect } from "node:net";

const [port = 0, connections = 1, seconds = 1] = process.argv.slice(2).map(Number);
const request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
let count = 0;

for (let each = 0; each < connections; each++) {
  const socket = connect(port, "localhost").setNoDelay();
  let received = "";
  socket.on("data", (part) => {
    received += part.toString("latin1");
    if (!isWhole(received)) return;
    if (!received.startsWith("HTTP/1.1 200")) throw new Error(received.slice(0, 200));
    received = "";
    count++;
    socket.write(request);
  });
  socket.write(request);
}
setTimeout(() => {
  console.log(count);
  process.exit();
}, seconds * 1000);

/** @param {string} text */
function isWhole(text) {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end));
  return length === null ? text.endsWith("\r\n0\r\n\r\n") : text.length - end - 4 >= Number(length[1]);
}
