// What a plugin sees of a request's target, and which requests it never sees (RFC 9112, 3.2).
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { createHost } from "tenon";
import { createRequestListener, httpServer } from "tenon/http";
import { done, expect } from "../case.mjs";

const host = createHost();
const plugin = await host.open("./plugins/target.mjs", httpServer, { place: "worker" });
const server = createServer(createRequestListener(plugin)).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());

/**
 * @param {string} line
 * @param {string} fields
 */
async function send(line, fields) {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (part) => {
    text += part;
  });
  socket.write(`${line}\r\n${fields}Connection: close\r\n\r\n`);
  await once(socket, "close");
  const status = Number(text.slice(9, 12));
  return status === 200 ? (/\[[^\]]*\]/.exec(text)?.[0] ?? "") : status;
}

expect("absolute target", await send("GET http://b.example/ok HTTP/1.1", "Host: a.example\r\n"), '["b.example","/ok"]');
expect("two slashes", await send("GET //b.example/x HTTP/1.1", "Host: a\r\n"), '["a","//b.example/x"]');
expect("asterisk", await send("OPTIONS * HTTP/1.1", "Host: a\r\n"), '["a","*"]');
expect("HTTP/1.0 without a host", await send("GET /x HTTP/1.0", ""), '[null,"/x"]');
expect("invalid host", await send("GET /x HTTP/1.1", "Host: a b@c/\r\n"), 400);
expect("empty host", await send("GET /x HTTP/1.1", "Host: \r\n"), 400);
expect("two hosts", await send("GET /x HTTP/1.1", "Host: a\r\nHost: b\r\n"), 400);
expect("no host", await send("GET /x HTTP/1.1", ""), 400);
server.close();
await host.close();
done();
