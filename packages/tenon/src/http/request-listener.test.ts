import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createRequestListener } from "./index.js";

/** Sends a request as text to a plugin that returns what it received, and returns the whole response. */
async function send(text: string): Promise<{ head: string; body: any }> {
  const call = async (_: string, [given]: readonly any[]) => {
    const { method, scheme, authority, pathWithQuery, headers } = given;
    const shown = JSON.stringify({ method, scheme, authority, pathWithQuery, headers });
    return {
      status: 200,
      headers: [],
      body: (async function* () {
        yield Buffer.from(shown);
      })(),
      trailers: Promise.resolve([]),
    };
  };
  const server = createServer({ requireHostHeader: false }, createRequestListener({ call }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const parts: Buffer[] = [];
  socket.on("data", (part) => parts.push(part));
  socket.write(text);
  await once(socket, "close");
  const [head = "", ...rest] = Buffer.concat(parts).toString("latin1").split("\r\n\r\n");
  const json = /\{.*\}/.exec(rest.join("\r\n\r\n"));
  return { head: head.split("\r\n")[0]!, body: json && JSON.parse(json[0]) };
}

const close = "Connection: close\r\n";

test("an absolute target decides authority and path, also in the fields that the plugin sees", async () => {
  const { body } = await send(`GET http://b.example/ok?q HTTP/1.1\r\nHost: a.example\r\n${close}\r\n`);
  expect(body).toEqual({
    method: "GET",
    scheme: "http",
    authority: "b.example",
    pathWithQuery: "/ok?q",
    headers: [
      ["Host", "b.example"],
      ["Connection", "close"],
    ],
  });
});

test.each([
  ["no host", ""],
  ["an empty host", "Host: \r\n"],
  ["an invalid host", "Host: a b@c/\r\n"],
  ["two hosts", "Host: a\r\nHost: a\r\n"],
])("a request with %s is 400, and the connection ends", async (_, fields) => {
  expect(await send(`GET /x HTTP/1.1\r\n${fields}\r\n`)).toEqual({ head: "HTTP/1.1 400 Bad Request", body: null });
});

test("a request for another scheme is 421", async () => {
  const { head } = await send("GET https://b.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n");
  expect(head).toBe("HTTP/1.1 421 Misdirected Request");
});

test("a request of HTTP/1.0 needs no host", async () => {
  const { head, body } = await send("GET /x HTTP/1.0\r\n\r\n");
  expect(head).toBe("HTTP/1.1 200 OK");
  expect(body).toMatchObject({ pathWithQuery: "/x", headers: [] });
});
