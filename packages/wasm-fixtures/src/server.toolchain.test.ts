import { once } from "node:events";
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { needs } from "@tenon/fixtures/tests";
import { createHost, type Host, type OpenOptions } from "tenon";
import { createRequestListener, httpServer } from "tenon/http";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { type FixtureName, fixture, fixtureMissing } from "./index.js";

let host: Host;
const lines: string[] = [];
beforeAll(() => {
  host = createHost();
  host.on("log", ({ line }) => void lines.push(line.text));
});
afterAll(() => host.close());

const places = ["inline", "worker", "process"] as const;

function describeServer(name: FixtureName, tests: (path: () => string) => void): void {
  const missing = fixtureMissing(name);
  needs(missing).describe(name, () => {
    let path = "";
    beforeAll(async () => {
      path = await fixture(name);
    }, 600_000);
    tests(() => path);
  });
}

/** A Node server whose requests a plugin handles. */
async function serve(path: string, options: OpenOptions<typeof httpServer>, deadline?: number) {
  const plugin = await host.open(path, httpServer, { fresh: true, limits: { load: 60_000 }, ...options });
  const failures: string[] = [];
  const messages: string[] = [];
  const server = createServer(
    createRequestListener(plugin, {
      ...(deadline === undefined ? {} : { deadline }),
      onError(error) {
        failures.push((error as Error & { code: string }).code);
        messages.push(error.message);
      },
    }),
  );
  const port = await listening(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await plugin.close();
  });
  return { plugin, port, failures, messages };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

interface Asked {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: readonly (string | Uint8Array)[];
  readonly trailers?: readonly [string, string][];
}

async function ask(port: number, path: string, { method, headers = {}, body = [], trailers }: Asked = {}) {
  const asking = request({ port, path, headers, agent: false, method: method ?? (body.length > 0 ? "POST" : "GET") });
  for (const part of body) asking.write(part);
  if (trailers !== undefined) asking.addTrailers([...trailers]);
  asking.end();
  const [answer] = (await once(asking, "response")) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, text: await textOf(answer), trailers: answer.trailers };
}

async function textOf(answer: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of answer) parts.push(part);
  return Buffer.concat(parts).toString();
}

describeServer("proxy", (path) => {
  test.each(places)("responses, bodies and trailers pass both ways: %s", { timeout: 60_000 }, async (place) => {
    const { port, failures } = await serve(path(), { place, grants: { environment: { LANG: "fi" } } });
    const hello = await ask(port, "/");
    expect(hello).toMatchObject({ status: 200, text: "hello", headers: { "content-type": "text/plain" } });
    expect(hello.headers["x-twice"]).toBe("1, 2");
    const shown = await ask(port, "/request?a=%20b", {
      method: "PURGE",
      headers: { "X-Mine": "é", host: "example.com" },
    });
    expect(shown.text.split("\n").slice(0, 2)).toEqual([
      'Method::Other("PURGE") Some("/request?a=%20b")',
      'Some(Scheme::Http) Some("example.com")',
    ]);
    expect(shown.text).toContain("x-mine: \ufffd\nhost: example.com");
    const echoed = await ask(port, "/echo", {
      body: ["one ", "two ", "é".repeat(100_000)],
      trailers: [["x-sum", "42"]],
      headers: { trailer: "x-sum" },
    });
    expect(echoed).toMatchObject({ text: `one two ${"é".repeat(100_000)}`, trailers: { "x-sum": "42" } });
    expect(await ask(port, "/count", { body: [new Uint8Array(3_000_000)] })).toMatchObject({ text: "3000000" });
    expect(await ask(port, "/early", { body: ["x".repeat(1000)] })).toMatchObject({
      status: 202,
      text: "accepted 1000",
    });
    expect((await ask(port, "/large?5000000")).text).toHaveLength(5_000_000);
    expect(await ask(port, "/", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
    expect(await ask(port, "/no-body")).toMatchObject({ status: 200, text: "" });
    expect(await ask(port, "/status?204")).toMatchObject({ status: 204, text: "" });
    expect(await ask(port, "/environment")).toMatchObject({ text: '[("LANG", "fi")]' });
    expect(failures).toEqual([]);
  });

  test.each(places)(
    "what it does wrong harms no other request, and shows nothing: %s",
    { timeout: 60_000 },
    async (place) => {
      const { port, failures, messages } = await serve(path(), { place });
      const wrong = {
        "/panic": "TENON_WASM_TRAP",
        "/never": "TENON_WASI_MISUSE",
        "/error": "TENON_CALL_RESULT",
        "/exit": "TENON_WASM_EXIT",
        "/status?101": undefined,
      };
      for (const [target, code] of Object.entries(wrong)) {
        expect(await ask(port, target), target).toMatchObject({ status: 500, text: "" });
        expect(failures.splice(0)).toEqual([code]);
      }
      expect(messages[0]).toMatch(/handle\(\) panicked at proxy\/src\/lib\.rs:44:\d+: a secret of the inside$/);
      for (const target of ["/late-panic", "/unfinished", "/short"]) {
        await expect(ask(port, target), target).rejects.toThrow("aborted");
        expect(failures.splice(0), target).toEqual(["TENON_STREAM_BROKEN"]);
        if (target === "/late-panic") expect(messages.at(-1)).toContain("panicked at proxy/src/lib.rs:");
      }
      expect(await ask(port, "/")).toMatchObject({ text: "hello" });
    },
  );

  test.each(places)("an instance serves as many requests as the limit says: %s", { timeout: 60_000 }, async (place) => {
    const visits = async (requests: number | undefined) => {
      const { port } = await serve(path(), { place, ...(requests === undefined ? {} : { limits: { requests } }) });
      const seen: string[] = [];
      for (let request = 0; request < 4; request++) seen.push((await ask(port, "/visits")).text);
      return seen;
    };
    expect(await visits(undefined)).toEqual(["0", "0", "0", "0"]);
    // Threads have their own instances: none has served more than the limit.
    expect((await visits(2)).every((count) => Number(count) < 2)).toBe(true);
    expect((await visits(0)).some((count) => Number(count) > 0)).toBe(true);
  });

  test("a body of many windows passes unchanged both ways", { timeout: 60_000 }, async () => {
    const { port } = await serve(path(), { place: "inline" });
    // No part fits evenly into the memory that both threads share.
    const part = Buffer.from(Array.from({ length: 99_991 }, (_, index) => (index % 26) + 97));
    const body = Array.from({ length: 50 }, () => part);
    const { text } = await ask(port, "/echo", { body });
    expect(text === Buffer.concat(body).toString()).toBe(true);
    expect(await ask(port, "/count", { body })).toMatchObject({ text: String(50 * part.length) });
  });

  test("an instance that failed serves no other request", { timeout: 60_000 }, async () => {
    const { port } = await serve(path(), { place: "inline", limits: { requests: 0 } });
    expect(await ask(port, "/panic")).toMatchObject({ status: 500 });
    expect(await ask(port, "/")).toMatchObject({ text: "hello" });
  });

  test("requests that never end delay no other", { timeout: 120_000 }, async () => {
    const { plugin, port } = await serve(path(), { place: "inline", limits: { deadline: 0 } });
    const loops = Array.from({ length: 6 }, () =>
      plugin.exports.incomingHandler.handle({ method: "GET", pathWithQuery: "/loop", headers: [] }),
    );
    const ended = Promise.allSettled(loops);
    expect(await ask(port, "/")).toMatchObject({ text: "hello" });
    await plugin.close();
    expect((await ended).every(({ status }) => status === "rejected")).toBe(true);
  });

  test.each(places)("requests that wait do not block each other: %s", { timeout: 60_000 }, async (place) => {
    const { port } = await serve(path(), { place });
    const slow = request({ port, path: "/count", method: "POST", agent: false });
    slow.write("begun");
    expect(await ask(port, "/")).toMatchObject({ text: "hello" });
    slow.end(", ended");
    const [answer] = (await once(slow, "response")) as [IncomingMessage];
    expect(await textOf(answer)).toBe("12");
  });

  test.each(places)(
    "a loop is ended at the deadline, a reader that leaves stops the writer: %s",
    { timeout: 60_000 },
    async (place) => {
      const { plugin, port } = await serve(path(), { place });
      const get = (pathWithQuery: string) => ({ method: "GET", pathWithQuery, headers: [] });
      const { incomingHandler } = plugin.with({ deadline: 500 });
      await expect(incomingHandler.handle(get("/loop"))).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
      // The plugin learns that the reader has left, and ends by itself.
      lines.length = 0;
      const leaving = request({ port, path: "/endless", agent: false }).end();
      const [answer] = (await once(leaving, "response")) as [IncomingMessage];
      await once(answer, "data");
      leaving.destroy();
      await vi.waitFor(() => expect(lines).toContain("the reader has gone"), 10_000);
      // A plugin that ignores it is terminated.
      const { body } = await plugin.exports.incomingHandler.handle(get("/late-loop"));
      const parts = body[Symbol.asyncIterator]();
      expect(Buffer.from((await parts.next()).value!).toString()).toBe("begun");
      await parts.return?.();
      expect(await ask(port, "/")).toMatchObject({ text: "hello" });
    },
  );

  test("a client that disconnects cancels its request", { timeout: 120_000 }, async () => {
    const { port } = await serve(path(), { place: "inline" });
    // More than can run at the same time: each has to make room.
    for (let clients = 0; clients < 17; clients++) {
      const leaving = request({ port, path: "/early", method: "POST", agent: false });
      leaving.on("error", () => {});
      leaving.write("begun");
      await once(leaving, "response");
      leaving.destroy();
    }
    expect(await ask(port, "/")).toMatchObject({ text: "hello" });
  });

  test.each(places)("the plugin learns of a request body that breaks off: %s", { timeout: 60_000 }, async (place) => {
    const { plugin } = await serve(path(), { place });
    const breaking = async function* () {
      yield Buffer.from("begun");
      throw new Error("no more");
    };
    const asked = { method: "POST", pathWithQuery: "/count", headers: [], body: breaking() };
    const { status, body } = await plugin.exports.incomingHandler.handle(asked);
    expect({ status, text: await textOf(body) }).toEqual({ status: 400, text: "connection-reset" });
  });

  test("a plugin can send requests to other servers if granted", { timeout: 60_000 }, async () => {
    const upstream = createServer((asked, answer) => answer.end(`upstream has ${asked.url}`));
    const upstreamPort = await listening(upstream);
    onTestFinished(() => void upstream.close());
    const authority = `127.0.0.1:${upstreamPort}`;
    const granted = await serve(path(), { place: "inline", grants: { network: [authority] } });
    // The host's own thread must stay free: the other server runs in it.
    expect(await ask(granted.port, `/forward?${authority}`)).toMatchObject({ text: "upstream has /upstream" });
    const refused = await serve(path(), { place: "inline" });
    expect(await ask(refused.port, `/forward?${authority}`)).toMatchObject({
      status: 502,
      text: "ErrorCode::HttpRequestDenied",
    });
  });

  test("a closed plugin responds with 503, and its threads are gone", { timeout: 60_000 }, async () => {
    const { plugin, port, failures } = await serve(path(), { place: "inline" });
    const waiting = ask(port, "/sleep?600000");
    await ask(port, "/");
    await plugin.close();
    expect((await waiting).status).toBe(503);
    expect(await ask(port, "/")).toMatchObject({ status: 503 });
    expect(failures).toEqual(["TENON_PLUGIN_CLOSED", "TENON_PLUGIN_CLOSED"]);
  });

  test("a response that does not begin in time is 504", { timeout: 60_000 }, async () => {
    const { port, failures } = await serve(path(), { place: "worker" }, 200);
    expect(await ask(port, "/sleep?600000")).toMatchObject({ status: 504, text: "" });
    expect(failures).toEqual(["TENON_CALL_DEADLINE"]);
  });

  test("a check finds that it has the contract of HTTP servers, without running it", async () => {
    expect(await host.check(path(), httpServer)).toMatchObject({ verdict: "fits" });
    expect((await host.check(path())).verdict).toBe("fits");
  });
});

describeServer("site", (path) => {
  test.each(places)(
    "a plugin can call a host function that returns a promise: %s",
    { timeout: 60_000 },
    async (place) => {
      const find = async (asked: string) => {
        await new Promise(setImmediate);
        if (asked === "/broken") throw new Error("of the host");
        if (asked !== "/start") throw Object.assign(new Error("no page"), { payload: `no page ${asked}` });
        return { title: "Start", views: 2n ** 53n };
      };
      const plugin = await host.open(path(), undefined, { place, fresh: true, imports: { find } });
      onTestFinished(async () => void (await plugin.close()));
      const get = async (pathWithQuery: string) => {
        const { incomingHandler } = plugin.exports as any;
        const { status, body } = await incomingHandler.handle({ method: "GET", pathWithQuery, headers: [] });
        return [status, await textOf(body)];
      };
      expect(await get("/start")).toEqual([200, "Start: 9007199254740992 views"]);
      expect(await get("/none")).toEqual([404, "no page /none"]);
      await expect(get("/broken")).rejects.toMatchObject({ code: "TENON_IMPORT_THREW" });
      expect(await get("/start")).toEqual([200, "Start: 9007199254740992 views"]);
    },
  );
});

describeServer("server-javascript", (path) => {
  test("a listener for fetch events responds", { timeout: 60_000 }, async () => {
    const { port } = await serve(path(), { place: "worker" });
    expect(await ask(port, "/a?b")).toMatchObject({ status: 201, text: "GET /a?b" });
    expect(await ask(port, "/count", { body: ["x".repeat(100_000)] })).toMatchObject({ text: "100000" });
    const body = "é".repeat(300_000);
    expect(await ask(port, "/echo", { body: [body] })).toMatchObject({ text: body, headers: { "x-method": "POST" } });
  });
});
