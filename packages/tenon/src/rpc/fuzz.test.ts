import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contract, t } from "../contract/index.js";
import { errors, isTenonError } from "../errors/index.js";
import type { CallControl } from "../runtime/index.js";
import type { Channel, ChannelHandlers } from "./channel.js";
import { extended, kind, wireMagic, wireVersion } from "./envelope.js";
import { Peer } from "./peer.js";

const counter = t.resource("counter", { constructs: [["start", t.u32]], methods: { next: t.func([], t.u32) } });

const sample = contract("test:fuzz@1.0.0", {
  imports: { log: t.func([["message", t.string]]) },
  exports: {
    greet: t.func([["name", t.string]], t.string),
    divide: t.func([["a", t.f64]], t.result(t.f64, t.string)),
    fail: t.func([]),
    store: t.interface({ Counter: counter, take: t.func([["counter", t.own(counter)]], t.u32) }),
    count: t.func([["to", t.u32]], t.stream(t.u32)),
    later: t.func([], t.record("promised", { value: t.future(t.string) })),
  },
});

const free: CallControl = { signal: undefined, deadline: 0 };

/** A channel whose other end is the test. */
class TestChannel implements Channel {
  readonly sent: Uint8Array[] = [];
  handlers!: ChannelHandlers;
  closed = false;

  send(frame: Uint8Array): void {
    this.sent.push(Uint8Array.from(frame));
  }

  open(handlers: ChannelHandlers): void {
    this.handlers = handlers;
  }

  close(): void {
    this.closed = true;
  }
}

const implementation: Record<string, (...parameters: any[]) => unknown> = {
  greet: (name) => `Hello, ${name}`,
  divide: (a) => {
    if (a === 0) throw errors.TENON_CALL_RESULT({ message: "no", payload: "zero" });
    return 1 / a;
  },
  fail: () => {
    throw new Error("no");
  },
  "store#[constructor]counter": (start) => ({ value: start }),
  "store#[method]counter.next": (self) => ++self.value,
  "store#take": (self) => self.value,
  count: async function* (to) {
    for (let number = 0; number < to; number++) yield number;
  },
  later: () => ({ value: Promise.resolve("done") }),
};

function peer(role: "host" | "plugin") {
  const channel = new TestChannel();
  const ended: unknown[] = [];
  const made = new Peer({
    channel,
    role,
    bytes: 10_000,
    closed: (error) => ended.push(error),
    controls: { ping: () => true },
  });
  const [calls, serves] = role === "host" ? [sample.exports, sample.imports] : [sample.imports, sample.exports];
  const functions = made.bind({ calls, serves });
  made.serve({
    get: (path) => {
      const found = role === "host" ? () => undefined : implementation[path];
      return found && { invoke: (parameters) => found(...parameters) };
    },
  });
  return { peer: made, channel, functions, ended };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** Runs a session and returns the frames that each side sent. */
async function session(): Promise<{ fromHost: Uint8Array[]; fromPlugin: Uint8Array[] }> {
  const host = peer("host");
  const plugin = peer("plugin");
  const seen = { host: 0, plugin: 0 };
  const pump = async () => {
    for (let round = 0; round < 48; round++) {
      await turn();
      for (; seen.host < host.channel.sent.length; seen.host++)
        plugin.channel.handlers.frame(host.channel.sent[seen.host]!);
      for (; seen.plugin < plugin.channel.sent.length; seen.plugin++)
        host.channel.handlers.frame(plugin.channel.sent[seen.plugin]!);
    }
  };
  const call = (path: string, ...parameters: unknown[]) =>
    host.functions.get(path)!.invoke(parameters, free) as Promise<any>;
  const work = (async () => {
    await call("greet", "Ada");
    await call("divide", 0).catch(() => {});
    await call("fail").catch(() => {});
    const made = await call("store#[constructor]counter", 3);
    await call("store#[method]counter.next", made);
    await call("store#take", made);
    for await (const _ of await call("count", 5));
    await (await call("later")).value;
    await host.peer.control("ping");
  })();
  await pump();
  await work;
  return { fromHost: host.channel.sent, fromPlugin: plugin.channel.sent };
}

/** The first message of every connection, as its own frame. */
function greeting(): Uint8Array {
  return Uint8Array.of(7, 0, 0, 0, kind.hello, 5, ...new TextEncoder().encode(wireMagic), wireVersion).with(0, 8);
}

/** What a peer that got bytes must keep: it lives, or it ended with a coded error, its channel closed and its calls rejected. */
async function expectSane({ peer, channel, ended }: ReturnType<typeof host>, pending: readonly Promise<unknown>[]) {
  if (peer.closed !== undefined) {
    expect(["TENON_WIRE_MALFORMED", "TENON_WIRE_VERSION"]).toContain(peer.closed.code);
    expect(channel.closed).toBe(true);
    expect(ended).toEqual([peer.closed]);
  } else peer.close(errors.TENON_PLUGIN_CLOSED("the end"));
  for (const outcome of await Promise.allSettled(pending)) {
    if (outcome.status === "rejected") expect(isTenonError(outcome.reason)).toBe(true);
  }
}

function host() {
  return peer("host");
}

/** A host with one call of each kind under way. */
function busyHost() {
  const made = host();
  const call = (path: string, ...parameters: unknown[]) =>
    Promise.resolve(made.functions.get(path)!.invoke(parameters, free));
  const pending = [
    call("greet", "Ada"),
    call("divide", 1),
    call("store#[constructor]counter", 1),
    call("count", 3).then(async (stream: any) => {
      for await (const _ of stream);
    }),
    call("later").then((promised: any) => promised.value),
    made.peer.control("ping"),
  ];
  for (const promise of pending) promise.catch(() => {});
  return { made, pending };
}

describe("a peer", () => {
  it("sends a hello and accepts one", () => {
    const { channel, peer } = host();
    peer.flush();
    expect(channel.sent).toEqual([greeting()]);
    channel.handlers.frame(greeting());
    expect(peer.closed).toBeUndefined();
  });

  it.each([
    ["no greeting", Uint8Array.of(2, 0, 0, 0, kind.cancel, 0), "TENON_WIRE_MALFORMED"],
    ["another greeting", greeting().with(6, 0x54), "TENON_WIRE_MALFORMED"],
    ["another version", greeting().with(11, 99), "TENON_WIRE_VERSION"],
    ["text", new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"), "TENON_WIRE_MALFORMED"],
    ["a message cut short", greeting().slice(0, 8), "TENON_WIRE_MALFORMED"],
    ["a head cut short", greeting().slice(0, 3), "TENON_WIRE_MALFORMED"],
    ["an empty frame", new Uint8Array(), "TENON_WIRE_MALFORMED"],
    ["an empty message", new Uint8Array(4), "TENON_WIRE_MALFORMED"],
    ["two greetings", Uint8Array.of(...greeting(), ...greeting()), "TENON_WIRE_MALFORMED"],
  ])("ends the connection at %s", async (_, bytes, code) => {
    const { made, pending } = busyHost();
    made.channel.handlers.frame(bytes);
    expect(made.peer.closed).toMatchObject({ code });
    await expect(pending[0]).rejects.toMatchObject({ code, subject: "greet()" });
    await expectSane(made, pending);
  });

  it.each([
    ["an answer to no call", [kind.return, 99]],
    ["an answer that is an error case where none is declared", [kind.fail, 0]],
    ["an answer of a control call to a function", [kind.answer, 0, 0]],
    ["an answer of a function to a control call", [kind.return, 5]],
    ["an acknowledgement of no cancellation", [kind.cancelled, 0]],
    ["an element of no stream", [kind.item, 7, 1]],
    ["an end of no stream", [kind.end, 7]],
    ["a value of no future", [kind.settle, 7, 0]],
    ["a call of no function", [kind.call, 0, 200, 0]],
    ["a call made by no call", [kind.call | extended, 0, 0, 0, 2, 99, 0]],
    ["a call made by a control call", [kind.call | extended, 0, 0, 0, 2, 5, 0]],
    ["a call with an extension of unknown parts", [kind.call | extended, 0, 0, 0, 8, 0]],
    ["an extended answer", [kind.return | extended, 0, 1, 0]],
    ["an unknown kind", [200, 1]],
    ["an empty message", []],
    ["bytes after the end", [kind.cancel, 0, 0, 0]],
    ["a log line of no stream", [kind.log, 9, 0]],
    ["a log line of no level", [kind.log, 0, 6, 0, 0, 0]],
    ["a log line whose fields are no JSON", [kind.log, 0, 1, 0, 0, 1, 0x7b]],
    ["JSON that is none", [kind.answer, 5, 1, 0x7b]],
  ])("ends the connection at %s", async (_, message) => {
    const { made, pending } = busyHost();
    made.channel.handlers.frame(greeting());
    made.channel.handlers.frame(Uint8Array.of(message.length, 0, 0, 0, ...message));
    expect(made.peer.closed).toMatchObject({ code: "TENON_WIRE_MALFORMED" });
    await expectSane(made, pending);
  });

  it("survives random messages", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.oneof(fc.integer({ min: 0, max: 22 }), fc.constant(kind.call | extended)),
            fc.uint8Array({ maxLength: 24 }),
          ),
          { maxLength: 12 },
        ),
        async (messages) => {
          const { made, pending } = busyHost();
          made.channel.handlers.frame(greeting());
          for (const [what, body] of messages) {
            if (made.peer.closed === undefined)
              made.channel.handlers.frame(Uint8Array.of(body.length + 1, 0, 0, 0, what, ...body));
          }
          await turn();
          await expectSane(made, pending);
        },
      ),
      { numRuns: times(1500) },
    );
  });

  it("survives a session whose frames are cut, changed, repeated or dropped, on either side", async () => {
    const recorded = await session();
    const change = fc.record({
      frame: fc.nat(),
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      how: fc.constantFrom("cut", "change", "repeat", "leave-out"),
    });
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(change, { minLength: 1, maxLength: 3 }), async (toHost, changes) => {
        const frames = [...(toHost ? recorded.fromPlugin : recorded.fromHost)];
        for (const { frame, at, byte, how } of changes) {
          const index = frame % frames.length;
          const bytes = frames[index]!;
          if (how === "cut") frames[index] = bytes.slice(0, at % (bytes.length + 1));
          else if (how === "change" && bytes.length > 0) frames[index] = bytes.with(at % bytes.length, byte);
          else if (how === "repeat") frames.splice(index, 0, bytes);
          else if (frames.length > 1) frames.splice(index, 1);
        }
        const { made, pending } = toHost ? busyHost() : { made: peer("plugin"), pending: [] };
        for (const frame of frames) {
          if (made.peer.closed === undefined) made.channel.handlers.frame(frame);
          await Promise.resolve();
        }
        await turn();
        await expectSane(made, pending);
      }),
      { numRuns: times(1500) },
    );
  });
});
