import { describe, expect, it } from "vitest";
import { contract, t } from "../contract/index.js";
import type { CallControl, FunctionTable, InstanceFunction, LogLine } from "../runtime/index.js";
import { type Channel, memoryChannelPair } from "./channel.js";
import { Peer } from "./peer.js";

const free: CallControl = { signal: undefined, deadline: 0 };
const kibibyte = 1024;
const buffer = 16 * kibibyte;

const sample = contract("test:budget@1.0.0", {
  imports: { fetch: t.func([["size", t.u32]], t.bytes), store: t.func([["data", t.bytes]]) },
  exports: {
    put: t.func([["data", t.bytes]], t.u32),
    texts: t.func([["size", t.u32]], t.stream(t.string)),
    read: t.func([["texts", t.stream(t.string)]], t.u32),
  },
});

type Implementation = Record<string, (...parameters: any[]) => unknown>;

const table = (functions: Implementation): FunctionTable => ({
  get(path): InstanceFunction | undefined {
    const implementation = functions[path];
    return implementation && { invoke: (parameters) => implementation(...parameters) };
  },
});

function connect(plugin: Implementation, host: Implementation = {}) {
  const [near, far] = memoryChannelPair();
  const lines: LogLine[] = [];
  const hostPeer = new Peer({ channel: near, role: "host", buffer, log: (line) => lines.push(line) });
  const pluginPeer = new Peer({ channel: far, role: "plugin", buffer });
  const functions = hostPeer.bind({ calls: sample.exports, serves: sample.imports });
  const imports = pluginPeer.bind({ calls: sample.imports, serves: sample.exports });
  hostPeer.serve(table(host));
  pluginPeer.serve(table(plugin));
  const call = (path: string, parameters: unknown[], control = free) =>
    Promise.resolve(functions.get(path)!.invoke(parameters, control)) as Promise<any>;
  const callImport = (path: string, ...parameters: unknown[]) =>
    Promise.resolve(imports.get(path)!.invoke(parameters, free)) as Promise<any>;
  /** Whether the plugin's side takes what the host sends. */
  const pluginReads = (reads: boolean) => far.flow!.pause(!reads);
  const hostReads = (reads: boolean) => near.flow!.pause(!reads);
  return { near, far, lines, hostPeer, pluginPeer, call, callImport, pluginReads, hostReads };
}

/** Resolves when everything under way has passed. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe("the budget of bytes under way", () => {
  it("makes calls wait while the plugin takes nothing, and loses none", async () => {
    const { near, call, pluginReads } = connect({ put: (data: Uint8Array) => data.length });
    pluginReads(false);
    // In turns of their own, so that each is sent on its own.
    const calls: Promise<number>[] = [];
    for (let at = 0; at < 100; at++) {
      calls.push(call("put", [new Uint8Array(kibibyte)]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(near.flow!.outstanding).toBeLessThan(buffer + 2 * kibibyte);
    pluginReads(true);
    expect(await Promise.all(calls)).toEqual(calls.map(() => kibibyte));
    expect(near.flow!.outstanding).toBe(0);
  });

  it("a call that waits for room keeps its deadline and its signal, and ends with the connection", async () => {
    const { call, hostPeer, pluginReads } = connect({ put: (data: Uint8Array) => data.length });
    pluginReads(false);
    void call("put", [new Uint8Array(2 * buffer)]).catch(() => {});
    await quiet();
    const data = new Uint8Array(1);
    const abort = new AbortController();
    const aborted = call("put", [data], { signal: abort.signal, deadline: 0 });
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    await expect(call("put", [data], { signal: undefined, deadline: 1 })).rejects.toMatchObject({
      code: "TENON_CALL_DEADLINE",
    });
    const { instanceClosed } = await import("../errors/factories/closed.js");
    const ended = call("put", [data]);
    hostPeer.close(instanceClosed());
    await expect(ended).rejects.toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
  });

  it("starts no further host functions while the plugin takes no results", async () => {
    let calls = 0;
    const fetch = async (size: number) => {
      calls++;
      return new Uint8Array(size);
    };
    const { callImport, pluginReads } = connect({}, { fetch });
    pluginReads(false);
    const results = Array.from({ length: 500 }, () => callImport("fetch", 4 * kibibyte));
    await quiet();
    expect(calls).toBeLessThan(50);
    pluginReads(true);
    expect((await Promise.all(results)).length).toBe(500);
    expect(calls).toBe(500);
  });

  it("discards the results of host functions that run already, once as many bytes again are waiting", async () => {
    const finish: (() => void)[] = [];
    const fetch = (size: number) =>
      new Promise<Uint8Array>((resolve) => finish.push(() => resolve(new Uint8Array(size))));
    const { callImport, pluginReads } = connect({}, { fetch });
    const results = Promise.allSettled(Array.from({ length: 16 }, () => callImport("fetch", 8 * kibibyte)));
    await quiet();
    expect(finish.length).toBe(16);
    pluginReads(false);
    for (const end of finish) {
      end();
      await quiet();
    }
    pluginReads(true);
    const settled = await results;
    const refused = settled.filter((result) => result.status === "rejected").map(({ reason }) => reason.code);
    expect(new Set(refused)).toEqual(new Set(["TENON_CALL_BUFFER_FULL"]));
    expect(settled.length - refused.length).toBeGreaterThanOrEqual(4);
    expect(settled.length - refused.length).toBeLessThanOrEqual(6);
  });

  it("reads no further calls while those that run hold as much as is allowed", async () => {
    const finish: (() => void)[] = [];
    const store = () => new Promise<void>((resolve) => finish.push(resolve));
    const { callImport, far } = connect({}, { store });
    const stored: Promise<unknown>[] = [];
    for (let at = 0; at < 100; at++) {
      stored.push(callImport("store", new Uint8Array(kibibyte)));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(finish.length).toBeLessThan(12);
    // The plugin's side waits as well.
    expect(far.flow!.outstanding).toBeLessThan(buffer + 2 * kibibyte);
    let ended = 0;
    while (ended < 100) {
      for (const end of finish.splice(0)) {
        end();
        ended++;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(stored);
  });

  it("counts the log lines that a host which does not read would have to keep", async () => {
    const { pluginPeer, hostReads, lines } = connect({});
    hostReads(false);
    for (let at = 0; at < 100; at++) {
      pluginPeer.log({ stream: "log", text: "x".repeat(kibibyte) });
      await Promise.resolve();
    }
    hostReads(true);
    await quiet();
    pluginPeer.log({ stream: "log", text: "after" });
    await quiet();
    const texts = lines.map(({ text }) => text);
    const dropped = Number(/dropped (\d+) bytes/.exec(texts.at(-2) ?? "")?.[1]);
    expect(texts.at(-1)).toBe("after");
    expect(dropped + (texts.length - 2) * kibibyte).toBe(100 * kibibyte);
  });

  it("a stream of large elements is requested a few at a time", async () => {
    let produced = 0;
    async function* texts(size: number) {
      for (;;) {
        produced++;
        yield "x".repeat(size);
      }
    }
    const { call } = connect({ texts });
    const stream = (await call("texts", [600 * kibibyte]))[Symbol.asyncIterator]();
    await stream.next();
    await stream.next();
    await quiet();
    expect(produced).toBeLessThanOrEqual(4);
    await stream.return();
    produced = 0;
    const small = (await call("texts", [10]))[Symbol.asyncIterator]();
    for (let at = 0; at < 3; at++) await small.next();
    await quiet();
    expect(produced).toBeGreaterThan(16);
    await small.return();
  });

  it("a stream to the plugin waits while the plugin takes nothing, whatever the plugin requests", async () => {
    let produced = 0;
    async function* texts() {
      while (produced < 200) {
        if (++produced === 50) pluginReads(false);
        yield "x".repeat(kibibyte);
      }
    }
    const read = async (source: AsyncIterable<string>) => {
      let size = 0;
      for await (const text of source) size += text.length;
      return size;
    };
    const { call, pluginReads } = connect({ read });
    const reading = call("read", [texts()]);
    await quiet();
    expect(produced).toBeGreaterThanOrEqual(50);
    expect(produced).toBeLessThan(70);
    pluginReads(true);
    expect(await reading).toBe(200 * kibibyte);
  });
});

describe("a host that looks while the other thread takes what was sent", () => {
  it("goes on reading, whenever the budget is free again", async () => {
    // Each position at which a look at the budget is the last one that finds it exceeded.
    for (let exceeded = 0; exceeded < 8; exceeded++) {
      let looks = 0;
      let paused = false;
      let receive!: (frame: Uint8Array) => void;
      const channel: Channel = {
        send() {},
        open: (handlers) => {
          receive = handlers.frame;
        },
        close() {},
        flow: {
          get outstanding() {
            return looks++ < exceeded ? 2 * buffer : 0;
          },
          whenBelow: (_, ready) => void setImmediate(ready),
          pause: (value) => {
            paused = value;
          },
        },
      };
      const lines: LogLine[] = [];
      const host = new Peer({ channel, role: "host", buffer, log: (line) => lines.push(line) });
      const [near, far] = memoryChannelPair();
      near.open({ frame: (frame) => receive(frame), closed() {} });
      new Peer({ channel: far, role: "plugin" }).log({ stream: "log", text: "read" });
      for (let turn = 0; turn < 16; turn++) await new Promise((resolve) => setImmediate(resolve));
      expect({ exceeded, paused, lines }).toEqual({
        exceeded,
        paused: false,
        lines: [{ stream: "log", text: "read" }],
      });
      expect(host.closed).toBeUndefined();
    }
  });
});
