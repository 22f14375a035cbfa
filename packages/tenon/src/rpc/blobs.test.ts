import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contract, t } from "../contract/index.js";
import type { CallControl } from "../runtime/index.js";
import { type Channel, type ChannelHandlers, memoryChannelPair } from "./channel.js";
import { blobBytes } from "./codec/index.js";
import { Peer, type PeerOptions } from "./peer.js";

const free: CallControl = { signal: undefined, deadline: 0 };
const part = t.record("part", { name: t.string, bytes: t.bytes });
const sample = contract("test:blobs@1.0.0", {
  exports: {
    echo: t.func([["bytes", t.bytes]], t.bytes),
    all: t.func([["parts", t.list(part)]], t.list(part)),
    strict: t.func(
      [
        ["bytes", t.bytes],
        ["count", t.u8],
      ],
      t.bytes,
    ),
    pass: t.func([["bytes", t.own(t.bytes)]], t.own(t.bytes)),
    two: t.func(
      [
        ["one", t.own(t.bytes)],
        ["other", t.own(t.bytes)],
      ],
      t.bytes,
    ),
    refused: t.func(
      [
        ["bytes", t.own(t.bytes)],
        ["count", t.u8],
      ],
      t.bytes,
    ),
  },
});

const implementation: Record<string, (value: unknown) => unknown> = {
  echo: (bytes) => bytes,
  all: (parts) => parts,
  strict: (bytes) => bytes,
  pass: (bytes) => {
    passed = bytes as Uint8Array;
    return bytes;
  },
  two: (one) => one,
  refused: (bytes) => bytes,
};
let passed: Uint8Array | undefined;

function connect(options: Partial<PeerOptions> = {}) {
  const [near, far] = memoryChannelPair();
  const host = new Peer({ channel: near, role: "host", ...options });
  const plugin = new Peer({ channel: far, role: "plugin" });
  const functions = host.bind({ calls: sample.exports, serves: sample.imports });
  plugin.bind({ calls: sample.imports, serves: sample.exports });
  plugin.serve({
    get: (path) => ({ invoke: ([value]) => implementation[path]!(value) }),
  });
  const call = (path: string, ...parameters: unknown[]) =>
    Promise.resolve(functions.get(path)!.invoke(parameters, free)) as Promise<any>;
  return { host, plugin, call };
}

const bytesOf = (length: number) => new Uint8Array(length).map((_, index) => index * 7 + length);
const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;
const lengths = fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: blobBytes - 2, max: blobBytes + 2 }));

describe("large bytes", () => {
  it("arrive in memory of their own, as they were when the call was made", async () => {
    const { call } = connect();
    const given = bytesOf(200_000).subarray(1, 150_001);
    const expected = given.slice();
    const answer = call("echo", given);
    given.fill(0);
    const back: Uint8Array = await answer;
    expect(same(back, expected)).toBe(true);
    expect(back.buffer.byteLength).toBe(150_000);
  });

  it("of any number and length arrive, also with calls made in the same turn", async () => {
    const { call } = connect();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(lengths, { maxLength: 4 }), { maxLength: 4 }), async (calls) => {
        const sent = calls.map((all) => all.map((length) => ({ name: `${length}`, bytes: bytesOf(length) })));
        const back = await Promise.all(sent.map((parts) => call("all", parts)));
        for (const [index, parts] of sent.entries())
          for (const [at, { name, bytes }] of parts.entries())
            expect(back[index][at].name === name && same(back[index][at].bytes, bytes)).toBe(true);
      }),
      { numRuns: times(30) },
    );
  });

  it("do not mix with those of a call that a getter makes meanwhile", async () => {
    const { call } = connect();
    let inner: Promise<Uint8Array> | undefined;
    const outer = call("all", [
      {
        name: "outer",
        get bytes() {
          inner = call("echo", bytesOf(70_000));
          return bytesOf(80_000);
        },
      },
    ]);
    expect(same((await outer)[0].bytes, bytesOf(80_000))).toBe(true);
    expect(same(await inner!, bytesOf(70_000))).toBe(true);
  });

  it("of a call that cannot be sent are forgotten", async () => {
    const { call } = connect();
    await expect(call("strict", bytesOf(70_000), 1000)).rejects.toMatchObject({ code: "TENON_VALUE_TYPE" });
    expect(same(await call("echo", bytesOf(80_000)), bytesOf(80_000))).toBe(true);
  });

  it("count against limits.bytes, in both directions", async () => {
    const { call } = connect({ bytes: 100_000 });
    expect((await call("echo", bytesOf(99_000))).length).toBe(99_000);
    await expect(call("echo", bytesOf(100_100))).rejects.toMatchObject({ code: "TENON_CALL_TOO_LARGE" });
    const two = [1, 2].map((name) => ({ name: `${name}`, bytes: bytesOf(70_000) }));
    await expect(call("all", two)).rejects.toMatchObject({ code: "TENON_CALL_TOO_LARGE" });
  });
});

describe("bytes that are given up", () => {
  it("move: neither side that gave them has them after that", async () => {
    const { call } = connect();
    const given = bytesOf(70_000);
    const back = await call("pass", given);
    expect(same(back, bytesOf(70_000))).toBe(true);
    expect([given.length, passed!.length]).toEqual([0, 0]);
  });

  it("stay with the giver if the call is not sent", async () => {
    const { call } = connect({ bytes: 100_000 });
    const given = bytesOf(70_000);
    await expect(call("refused", given, 1000)).rejects.toMatchObject({ code: "TENON_VALUE_TYPE" });
    await expect(call("two", given, bytesOf(70_000))).rejects.toMatchObject({ code: "TENON_CALL_TOO_LARGE" });
    expect(same(given, bytesOf(70_000))).toBe(true);
  });

  it("are copied if they are only a part of their memory, given twice, or in memory that cannot move", async () => {
    const { call } = connect();
    const whole = bytesOf(80_000);
    expect(same(await call("pass", whole.subarray(1)), bytesOf(80_000).subarray(1))).toBe(true);
    expect(whole.length).toBe(80_000);
    expect(same(await call("two", whole, whole), bytesOf(80_000))).toBe(true);
    const memory = new Uint8Array(new WebAssembly.Memory({ initial: 2 }).buffer);
    memory[100] = 5;
    expect((await call("pass", memory))[100]).toBe(5);
    expect(memory.length).toBe(131_072);
    const shared = new Uint8Array(new SharedArrayBuffer(70_000)).fill(3);
    expect((await call("pass", shared))[69_999]).toBe(3);
    const resizable = new Uint8Array(new (ArrayBuffer as any)(70_000, { maxByteLength: 80_000 }));
    expect((await call("pass", resizable)).length).toBe(70_000);
  });
});

describe("blobs that do not fit their frame", () => {
  /** A frame with one call, as it is sent, and its blobs. */
  async function aCall(): Promise<[Uint8Array, readonly Uint8Array[]]> {
    const sent: [Uint8Array, readonly Uint8Array[]][] = [];
    const channel: Channel = {
      send: (frame, blobs = []) => void sent.push([frame.slice(), blobs]),
      open() {},
      close() {},
    };
    const peer = new Peer({ channel, role: "host" });
    const functions = peer.bind({ calls: sample.exports, serves: sample.imports });
    peer.flush();
    void Promise.resolve(functions.get("echo")!.invoke([bytesOf(70_000)], free)).catch(() => {});
    return sent.at(-1)!;
  }

  it.each([
    ["none", () => []],
    ["a shorter one", ([blob]: readonly Uint8Array[]) => [blob!.slice(1)]],
    ["one too many", (blobs: readonly Uint8Array[]) => [...blobs, bytesOf(70_000)]],
    ["no bytes at all", () => [undefined as unknown as Uint8Array]],
  ])("end the connection: %s", async (_, change) => {
    const [frame, blobs] = await aCall();
    let handlers!: ChannelHandlers;
    const channel: Channel = {
      send() {},
      open: (given) => {
        handlers = given;
      },
      close() {},
    };
    const peer = new Peer({ channel, role: "plugin" });
    peer.bind({ calls: sample.imports, serves: sample.exports });
    handlers.frame(greeting);
    handlers.frame(frame, change(blobs));
    expect(peer.closed?.code).toBe("TENON_WIRE_MALFORMED");
  });
});

/** The first frame of a connection. */
const greeting = (() => {
  const sent: Uint8Array[] = [];
  const peer = new Peer({
    channel: { send: (frame) => void sent.push(frame.slice()), open() {}, close() {} },
    role: "host",
  });
  peer.flush();
  return sent[0]!;
})();
