import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connect, createServer as createTcpServer, type Socket } from "node:net";
import { missing } from "@tenon/fixtures";
import { needs } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { NetworkProxy, type ProxyOptions } from "./index.js";

let port = 0;
let tcpPort = 0;
const seen: string[] = [];
/** Answers with what it got. */
const server: Server = createServer((incoming, outgoing) => {
  seen.push(`${incoming.headers.host} ${incoming.url}`);
  if (incoming.url === "/away") {
    outgoing.writeHead(302, { Location: `http://127.0.0.2:${port}/` }).end();
    return;
  }
  incoming.setEncoding("utf8");
  let body = "";
  incoming.on("data", (text) => (body += text));
  incoming.on("end", () => {
    const { url, method, headers } = incoming;
    outgoing.end(JSON.stringify({ url, method, headers, body }));
  });
});
server.on("upgrade", (_incoming, socket) => {
  socket.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n");
  socket.pipe(socket);
});
const echo = createTcpServer({ allowHalfOpen: true }, (socket) => socket.on("error", () => {}).pipe(socket));

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  await once(echo.listen(0, "127.0.0.1"), "listening");
  port = (server.address() as AddressInfo).port;
  tcpPort = (echo.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  echo.close();
});

const log: string[] = [];
const open: NetworkProxy[] = [];
afterEach(async () => {
  for (const proxy of open.splice(0)) await proxy.close();
  log.length = 0;
  seen.length = 0;
});

async function proxyFor(network: readonly string[], options: Partial<ProxyOptions> = {}): Promise<NetworkProxy> {
  const proxy = await NetworkProxy.start({ plugin: "greeter", network, log: ({ text }) => log.push(text), ...options });
  open.push(proxy);
  return proxy;
}

const local = (name = "site.example", addresses = ["127.0.0.1"]) => ({
  resolve: async (asked: string) => (asked === name ? addresses : []),
});

/** Sends bytes, and returns everything that comes back until the end. */
async function say(proxy: NetworkProxy, ...parts: (string | Uint8Array)[]): Promise<Buffer> {
  return talk(proxy, true, parts);
}

/** The same, of HTTP: its server ends the connection. */
async function ask(proxy: NetworkProxy, text: string): Promise<string> {
  return String(await talk(proxy, false, [text]));
}

async function talk(proxy: NetworkProxy, ends: boolean, parts: readonly (string | Uint8Array)[]): Promise<Buffer> {
  const client = connect({ path: proxy.socket, allowHalfOpen: true });
  client.on("error", () => {});
  const chunks: Buffer[] = [];
  client.on("data", (chunk: Buffer) => chunks.push(chunk));
  for (const part of parts) client.write(part);
  if (ends) client.end();
  else client.once("end", () => client.end());
  await once(client, "close");
  return Buffer.concat(chunks);
}

async function status(proxy: NetworkProxy, text: string): Promise<string> {
  return (await ask(proxy, text)).split("\r\n", 1)[0]!;
}

const get = (target: string, host: string) => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

needs(process.platform === "win32" ? "needs unix sockets" : undefined).describe("the proxy", () => {
  test("is reached through a socket in a folder for this user only, and leaves nothing behind", async () => {
    const proxy = await proxyFor([]);
    expect(statSync(proxy.folder).mode & 0o777).toBe(0o700);
    const client = connect(proxy.socket);
    await once(client, "connect");
    const closed = once(client, "close");
    await proxy.close();
    await closed;
    expect(existsSync(proxy.folder)).toBe(false);
  });

  test("passes on plain requests in absolute form, without what is between neighbours only", async () => {
    const proxy = await proxyFor([`site.example:${port}`], local());
    const asked = request({
      socketPath: proxy.socket,
      method: "POST",
      path: `http://site.example:${port}/a?b`,
      headers: { Host: `site.example:${port}`, "Proxy-Authorization": "x", "X-Kept": "1", TE: "x" },
    });
    asked.end("body");
    const [response] = await once(asked, "response");
    let text = "";
    for await (const chunk of response) text += chunk;
    const { url, method, headers, body } = JSON.parse(text);
    expect({ url, method, body, host: headers.host }).toEqual({
      ...{ url: "/a?b", method: "POST", body: "body" },
      host: `site.example:${port}`,
    });
    expect(headers).toMatchObject({ "x-kept": "1" });
    expect(headers).not.toHaveProperty("proxy-authorization");
    expect(headers).not.toHaveProperty("te");
  });

  test("tunnels with CONNECT", async () => {
    const proxy = await proxyFor([`127.0.0.1:${tcpPort}`]);
    const text = await say(proxy, `CONNECT 127.0.0.1:${tcpPort} HTTP/1.1\r\nHost: x\r\n\r\n`, "hello");
    expect(text.toString()).toBe("HTTP/1.1 200 Connection established\r\n\r\nhello");
  });

  test.each([
    ["by name", (at: number) => [5, 1, 0, 3, 12, ...Buffer.from("site.example"), at >> 8, at & 255]],
    ["by IPv4 address", (at: number) => [5, 1, 0, 1, 127, 0, 0, 1, at >> 8, at & 255]],
    ["by mapped IPv6 address", (at: number) => [5, 1, 0, 4, ...mapped(127, 0, 0, 1), at >> 8, at & 255]],
  ])("tunnels with SOCKS %s", async (_, message) => {
    const proxy = await proxyFor([`site.example:${tcpPort}`, `127.0.0.1:${tcpPort}`], local());
    const answer = await say(proxy, Uint8Array.of(5, 1, 0), Uint8Array.from(message(tcpPort)), "hello");
    expect([...answer.subarray(0, 12)]).toEqual([5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    expect(answer.subarray(12).toString()).toBe("hello");
  });

  test("refuses BIND, UDP, other versions and authentication", async () => {
    const proxy = await proxyFor(["*"]);
    for (const command of [2, 3]) {
      const answer = await say(proxy, Uint8Array.of(5, 1, 0, 5, command, 0, 1, 127, 0, 0, 1, 0, 80));
      expect(answer[3]).toBe(7);
    }
    expect([...(await say(proxy, Uint8Array.of(5, 1, 2)))]).toEqual([5, 0xff]);
    expect((await say(proxy, Uint8Array.of(4, 1, 0, 80, 127, 0, 0, 1, 0))).toString()).toMatch(/^HTTP\/1.1 400/);
  });

  test("passes on an upgrade once the server agrees", async () => {
    const proxy = await proxyFor([`127.0.0.1:${port}`]);
    const asked = request({
      socketPath: proxy.socket,
      path: `http://127.0.0.1:${port}/`,
      headers: { Host: `127.0.0.1:${port}`, Connection: "Upgrade", Upgrade: "echo" },
    });
    asked.end();
    const [, socket] = (await once(asked, "upgrade")) as [unknown, Socket];
    socket.write("hello");
    expect(String((await once(socket, "data"))[0])).toBe("hello");
    socket.destroy();
  });

  test("answers 403 with the missing grant, and logs it once", async () => {
    const proxy = await proxyFor(["other.example"], local());
    for (let time = 0; time < 3; time++) {
      const answer = String(await say(proxy, `CONNECT site.example:443 HTTP/1.1\r\nHost: x\r\n\r\n`));
      expect(answer).toMatch(/^HTTP\/1.1 403 Forbidden\r\n/);
      expect(answer).toContain("plugin greeter may not connect to site.example:443");
      expect(answer).toContain('network: ["site.example:443"]');
    }
    const socks = await say(proxy, Uint8Array.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 80]));
    expect(socks[3]).toBe(2);
    expect(log).toEqual([
      expect.stringContaining("site.example:443"),
      expect.stringContaining('network: ["127.0.0.1:80"]'),
    ]);
  });

  test("refuses another port of a granted host", async () => {
    const proxy = await proxyFor([`site.example:${port + 1}`], local());
    expect(await status(proxy, get(`http://site.example:${port}/`, `site.example:${port}`))).toContain("403");
  });

  test("resolves a name once, and connects to what was checked", async () => {
    let asked = 0;
    const resolve = async () => (asked++ === 0 ? ["127.0.0.1"] : ["127.0.0.2"]);
    const proxy = await proxyFor([`site.example:${port}`], { resolve });
    expect(await status(proxy, get(`http://site.example:${port}/`, `site.example:${port}`))).toContain("200");
    expect(asked).toBe(1);
  });

  test("does not follow a name below a granted one to an address that is not public", async () => {
    const proxy = await proxyFor(["*.example"], local("evil.example", ["127.0.0.1", "169.254.169.254", "::1"]));
    const text = await ask(proxy, get(`http://evil.example:${port}/`, `evil.example:${port}`));
    expect(text).toMatch(/^HTTP\/1.1 403[\s\S]*it resolves to 127.0.0.1, 169.254.169.254, ::1, which is not public/);
    expect(seen).toEqual([]);
  });

  test("checks the target of a redirect as a request of its own", async () => {
    const proxy = await proxyFor([`127.0.0.1:${port}`]);
    const text = await ask(proxy, get(`http://127.0.0.1:${port}/away`, `127.0.0.1:${port}`));
    const next = /^Location: (.*)\r$/im.exec(text)![1]!;
    expect(await status(proxy, get(next, new URL(next).host))).toContain("403");
    expect(seen).toEqual([`127.0.0.1:${port} /away`]);
  });

  test.each([
    ["userinfo", "http://site.example@127.0.0.1:PORT/", "127.0.0.1:PORT"],
    ["a zone", "http://[fe80::1%25lo]:PORT/", "[fe80::1%25lo]:PORT"],
    ["a number for an address", "http://2130706433:PORT/", "2130706433:PORT"],
    ["a short form of an address", "http://127.1:PORT/", "127.1:PORT"],
    ["an escape", "http://127.0.0.%31:PORT/", "127.0.0.1:PORT"],
    ["another host in the Host header", "http://127.0.0.1:PORT/", "other.example"],
    ["a target that is only a path", "/", "127.0.0.1:PORT"],
    ["https without a tunnel", "https://127.0.0.1:PORT/", "127.0.0.1:PORT"],
  ])("answers 400 to %s", async (_, target, host) => {
    const proxy = await proxyFor(["*"]);
    const fill = (text: string) => text.replace("PORT", String(port));
    expect(await status(proxy, get(fill(target), fill(host)))).toContain("400");
    expect(seen).toEqual([]);
  });

  test("answers 400 to two Host headers", async () => {
    const proxy = await proxyFor([`127.0.0.1:${port}`]);
    const host = `Host: 127.0.0.1:${port}\r\n`;
    expect(await status(proxy, `GET http://127.0.0.1:${port}/ HTTP/1.1\r\n${host}${host}\r\n`)).toContain("400");
  });

  test.each([
    ["both a length and chunks", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", "Content-Length: 4\r\nContent-Length: 5\r\n\r\nbodyX"],
    ["chunks under another name", "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"],
    ["chunked that is not last", "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"],
    ["a header that is folded", "X: 1\r\n Transfer-Encoding: chunked\r\n\r\n"],
    ["a space before the colon", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"],
    ["a bare line feed", "X: 1\nContent-Length: 3\r\n\r\nabc"],
    ["a zero byte", "X: a\0b\r\n\r\n"],
  ])("does not pass on a request with %s", async (_, rest) => {
    const proxy = await proxyFor([`127.0.0.1:${port}`]);
    const hidden = `GET http://127.0.0.1:${port}/hidden HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    const first = `POST http://127.0.0.1:${port}/first HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${rest}`;
    expect(String(await say(proxy, first + hidden))).toMatch(/^HTTP\/1.1 400/);
    expect(seen.filter((each) => each.endsWith("/first"))).toEqual([]);
  });

  test("checks each of several requests in one connection", async () => {
    const proxy = await proxyFor([`127.0.0.1:${port}`]);
    const one = (host: string) => `GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    const text = await ask(proxy, one(`127.0.0.1:${port}`) + one(`127.0.0.2:${port}`));
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 403"]);
    expect(seen.length).toBe(1);
  });

  test("sends nothing to a server that it does not upgrade before the answer is there", async () => {
    const proxy = await proxyFor([`127.0.0.1:${tcpPort}`]);
    // The echo "answers" with the request itself, which is no HTTP response.
    const head = `GET http://127.0.0.1:${tcpPort}/ HTTP/1.1\r\nHost: 127.0.0.1:${tcpPort}\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n`;
    expect(String(await say(proxy, head, "GET /hidden"))).toMatch(/^HTTP\/1.1 502/);
  });

  test("bounds the header", async () => {
    const proxy = await proxyFor(["*"]);
    expect(await status(proxy, `GET http://a.example/ HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`)).toContain("431");
  });

  test("bounds the connections", async () => {
    const proxy = await proxyFor([]);
    const clients = Array.from({ length: 300 }, () => connect(proxy.socket).on("error", () => {}));
    const closed = clients.filter((client) => client.destroyed);
    await Promise.all(clients.slice(256).map((client) => once(client, "close")));
    expect(closed.length).toBe(0);
    for (const client of clients) client.destroy();
  });

  test("says what failed of a granted connection", async () => {
    const closed = createTcpServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const free = (closed.address() as AddressInfo).port;
    await new Promise((resolve) => closed.close(resolve));
    const proxy = await proxyFor(["*"], { resolve: async () => [] });
    expect(await status(proxy, `CONNECT 127.0.0.1:${free} HTTP/1.1\r\nHost: x\r\n\r\n`)).toContain("502");
    expect(await status(proxy, "CONNECT nowhere.example:80 HTTP/1.1\r\nHost: x\r\n\r\n")).toContain("502");
  });

  test("survives random bytes, and reaches nothing by them", async () => {
    const proxy = await proxyFor([`127.0.0.1:${port}`]);
    const token = fc.constantFrom(
      "GET ",
      "CONNECT ",
      "http://",
      "127.0.0.1",
      ":80",
      " HTTP/1.1",
      "\r\n",
      "Host: ",
      "\0",
    );
    const start = fc.constantFrom("", "\u0005\u0001\u0000", "\u0005", "GET http://", "CONNECT ");
    const text = fc.tuple(start, fc.array(fc.oneof(token, fc.string()), { maxLength: 12 }));
    await fc.assert(
      fc.asyncProperty(text, async ([first, rest]) => {
        await say(proxy, first + rest.join(""));
      }),
      { numRuns: 200 },
    );
    expect(seen).toEqual([]);
    expect(await status(proxy, get(`http://127.0.0.1:${port}/`, `127.0.0.1:${port}`))).toContain("200");
  });

  needs(missing.linux()).test("reaches an IPv6 server", async () => {
    const six = createServer((_, outgoing) => outgoing.end("six"));
    await once(six.listen(0, "::1"), "listening");
    const at = (six.address() as AddressInfo).port;
    const proxy = await proxyFor([`[::1]:${at}`]);
    expect(await ask(proxy, get(`http://[::1]:${at}/`, `[::1]:${at}`))).toContain("six");
    six.close();
  });
});

function mapped(...address: number[]): number[] {
  return [...new Array<number>(10).fill(0), 255, 255, ...address];
}
