import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createRequestListener } from "./index.js";

/** Sends a request as text to a plugin that returns what it received, and returns the whole response. */
async function send(text: string): Promise<{ head: string; body: any }> {
  const response = await exchange(text, async (_, [given]) => {
    const { method, scheme, authority, pathWithQuery, headers } = given;
    return answer([JSON.stringify({ method, scheme, authority, pathWithQuery, headers })]);
  });
  const [head = "", ...rest] = response.split("\r\n\r\n");
  const json = /\{.*\}/.exec(rest.join("\r\n\r\n"));
  return { head: head.split("\r\n")[0]!, body: json && JSON.parse(json[0]) };
}

function answer(parts: Iterable<string> | AsyncIterable<string>, trailers: [string, string][] = []) {
  const body = (async function* () {
    for await (const part of parts) yield Buffer.from(part);
  })();
  return { status: 200, headers: [["x-one", "1"]], body, trailers: Promise.resolve(trailers) };
}

/** Sends a request as text to a plugin, and returns the whole response as text. */
async function exchange(
  text: string,
  call: (name: string, parameters: readonly any[]) => Promise<any>,
): Promise<string> {
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
  return Buffer.concat(parts).toString("latin1");
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

const get = `GET / HTTP/1.1\r\nHost: a\r\n${close}\r\n`;

test.each([
  ["one part", ["hello"], "5", "hello"],
  ["no part", [], "0", ""],
])("a response of %s says its length", async (_, parts, length, body) => {
  const response = await exchange(get, async () => answer(parts));
  expect(response).toContain(`\r\nx-one: 1\r\ncontent-length: ${length}\r\n`);
  expect(response.endsWith(`\r\n\r\n${body}`)).toBe(true);
});

test("a response of several parts, or with trailers, is sent in chunks", async () => {
  const several = await exchange(get, async () => answer(["one", "two"]));
  expect(several).toContain("\r\nTransfer-Encoding: chunked\r\n");
  expect(chunksOf(several)).toEqual({ body: "onetwo", trailers: "" });
  const trailed = await exchange(get, async () => answer(["one"], [["x-sum", "1"]]));
  expect(chunksOf(trailed)).toEqual({ body: "one", trailers: "x-sum: 1\r\n" });
});

/** Node may join parts that are written together into one chunk. */
function chunksOf(response: string): { body: string; trailers: string } {
  let rest = response.slice(response.indexOf("\r\n\r\n") + 4);
  let body = "";
  for (;;) {
    const [size, after] = [Number.parseInt(rest, 16), rest.indexOf("\r\n") + 2];
    if (size === 0) return { body, trailers: rest.slice(after, -2) };
    body += rest.slice(after, after + size);
    rest = rest.slice(after + size + 2);
  }
}

test("the head and what was written arrive while the plugin is still writing", async () => {
  let received: (value?: unknown) => void = () => {};
  const arrived = new Promise((resolve) => {
    received = resolve;
  });
  const call = async () =>
    answer(
      (async function* () {
        yield "one";
        await arrived;
        yield "two";
      })(),
    );
  const server = createServer(createRequestListener({ call }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  let text = "";
  socket.on("data", (part) => {
    text += part.toString("latin1");
    if (text.endsWith("\r\n\r\n3\r\none\r\n")) received();
  });
  socket.write(get);
  await once(socket, "close");
  expect(text.endsWith("3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")).toBe(true);
});
