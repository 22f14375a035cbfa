import { describe, expect, it, vi } from "vitest";
import { contract, t } from "../contract/index.js";
import { errors } from "../errors/index.js";
import type { CallControl, FunctionTable, InstanceFunction } from "../runtime/index.js";
import { type Channel, memoryChannelPair } from "./channel.js";
import { Peer, type PeerOptions } from "./peer.js";

const free: CallControl = { signal: undefined, deadline: 0 };

const counter = t.resource("counter", { constructs: [["start", t.u32]], methods: { next: t.func([], t.u32) } });
const sink = t.resource("sink", { methods: { write: t.func([["line", t.string]]) } });

const sample = contract("test:sample@1.0.0", {
  imports: {
    log: t.func([["message", t.string]]),
    upper: t.func([["text", t.string]], t.string),
    Sink: sink,
    open: t.func([], t.own(sink)),
    keep: t.func([["sink", t.own(sink)]], t.u32),
  },
  exports: {
    greet: t.func([["name", t.string]], t.string),
    divide: t.func(
      [
        ["a", t.f64],
        ["b", t.f64],
      ],
      t.result(t.f64, t.string),
    ),
    both: t.func(
      [["person", t.record("person", { firstName: t.string, age: t.option(t.u8) })]],
      t.tuple(t.string, t.u32),
    ),
    wait: t.func([], t.string),
    maybe: t.optional(t.func([])),
    store: t.interface({
      Counter: counter,
      take: t.func([["counter", t.own(counter)]], t.u32),
      peek: t.func([["counter", t.borrow(counter)]], t.u32),
    }),
    count: t.func([["to", t.u32]], t.stream(t.u32)),
    sum: t.func([["numbers", t.stream(t.u32)]], t.u32),
    blob: t.func([["size", t.u32]], t.stream(t.u8)),
    later: t.func([], t.record("promised", { value: t.future(t.string) })),
    give: t.func([["value", t.future(t.u32)]], t.u32),
    use: t.func([["sink", t.borrow(sink)]]),
    pass: t.func([["sink", t.own(sink)]]),
  },
});

type Implementation = Record<string, (...parameters: any[]) => unknown>;

function table(functions: Implementation): FunctionTable {
  return {
    get(path): InstanceFunction | undefined {
      const implementation = functions[path];
      return implementation && { invoke: (parameters, control) => implementation(...parameters, control) };
    },
  };
}

function connect(
  plugin: Implementation,
  host: Implementation = {},
  options: Partial<PeerOptions> = {},
  pluginOptions: Partial<PeerOptions> = {},
) {
  const [near, far] = memoryChannelPair();
  const hostPeer = new Peer({ channel: near, role: "host", ...options });
  const pluginPeer = new Peer({ channel: far, role: "plugin", ...pluginOptions });
  const functions = hostPeer.bind({ calls: sample.exports, serves: sample.imports });
  const imports = pluginPeer.bind({ calls: sample.imports, serves: sample.exports });
  hostPeer.serve(table(host));
  pluginPeer.serve(table(plugin));
  const call = (path: string, ...parameters: unknown[]) =>
    Promise.resolve(functions.get(path)!.invoke(parameters, free)) as Promise<any>;
  const callImport = (path: string, ...parameters: unknown[]) =>
    Promise.resolve(imports.get(path)!.invoke(parameters, free)) as Promise<any>;
  return { hostPeer, pluginPeer, functions, imports, call, callImport, near, far };
}

/** Resolves when everything under way has passed. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
}

const never = new Promise<never>(() => {});

describe("calls", () => {
  it("carry parameters and results, of synchronous and asynchronous functions", async () => {
    const { call } = connect({
      greet: (name) => `Hello, ${name}!`,
      both: async ({ firstName, age }) => [firstName, age ?? 0],
    });
    expect(await call("greet", "Ada")).toBe("Hello, Ada!");
    expect(await call("both", { firstName: "Ada", age: 36 })).toEqual(["Ada", 36]);
    expect(await call("both", { firstName: "Ada" })).toEqual(["Ada", 0]);
  });

  it("made in one turn travel in one frame, and so do their answers", async () => {
    const { call, near, far } = connect({ greet: (name) => name });
    await quiet();
    const sent = [vi.spyOn(near, "send"), vi.spyOn(far, "send")];
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => call("greet", `${index}`)));
    expect(answers[99]).toBe("99");
    expect(sent.map((spy) => spy.mock.calls.length)).toEqual([1, 1]);
  });

  it("throw a result's error case with its payload", async () => {
    const { call } = connect({
      divide: (a, b) => {
        if (b === 0) throw errors.TENON_CALL_RESULT({ message: "no", payload: "division by zero" });
        return a / b;
      },
    });
    expect(await call("divide", 6, 3)).toBe(2);
    await expect(call("divide", 1, 0)).rejects.toMatchObject({
      code: "TENON_CALL_RESULT",
      payload: "division by zero",
    });
  });

  it("carry an exception with the plugin's own stack, its cause and its message", async () => {
    const { call } = connect({
      greet: () => {
        throw new TypeError("broken", { cause: new RangeError("inner") });
      },
      wait: async () => {
        throw errors.TENON_LOAD_FAILED({
          message: "coded",
          fix: { text: "do this", command: "that" },
          pluginStack: "at line 3",
        });
      },
    });
    const error = await call("greet", "Ada").catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: "TENON_CALL_THREW",
      cause: { name: "TypeError", cause: { name: "RangeError", message: "inner" } },
    });
    expect(error.message).toContain("broken");
    expect(error.pluginStack).toContain("peer.test.ts");
    await expect(call("wait")).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      message: "coded",
      fix: { text: "do this", command: "that" },
      pluginStack: "at line 3",
    });
  });

  it("do not accept a code from the other side that only this side can know", async () => {
    const { call } = connect({
      greet: () => {
        throw errors.TENON_PLUGIN_CRASHED("not true");
      },
    });
    await expect(call("greet", "Ada")).rejects.toMatchObject({
      code: "TENON_CALL_THREW",
      message: "not true (TENON_PLUGIN_CRASHED)",
    });
  });

  it("reject a parameter or result of the wrong type with its path, and keep working", async () => {
    const { call } = connect({
      greet: (name) => (name === "Ada" ? 3 : name),
      both: (person) => [person.firstName, -1],
    });
    await expect(call("greet", "Ada")).rejects.toMatchObject({
      code: "TENON_VALUE_TYPE",
      message: "greet(): result: expected string, got number 3",
    });
    await expect(call("both", { firstName: 1 })).rejects.toMatchObject({
      code: "TENON_VALUE_TYPE",
      message: 'both(): parameter "person" at firstName: expected string, got number 1',
    });
    await expect(call("both", { firstName: "x" })).rejects.toMatchObject({ code: "TENON_VALUE_TYPE" });
    await expect(call("greet", "lone \ud800")).rejects.toMatchObject({
      code: "TENON_VALUE_TYPE",
      message: expect.stringContaining("surrogate"),
    });
    expect(await call("greet", "Grace")).toBe("Grace");
  });

  it("reject values larger than the limit on either side, and keep working", async () => {
    const { call } = connect({ greet: (name) => name.repeat(600) }, {}, { bytes: 1000 }, { bytes: 1000 });
    await expect(call("greet", "x".repeat(1100))).rejects.toMatchObject({
      code: "TENON_CALL_TOO_LARGE",
      message: "greet(): the parameters exceed the limit of 1000 bytes",
    });
    await expect(call("greet", "xy")).rejects.toMatchObject({
      code: "TENON_CALL_TOO_LARGE",
      message: expect.stringContaining("result"),
    });
    expect(await call("greet", "x")).toHaveLength(600);
  });

  it("check the limit even if the other side does not", async () => {
    const { call } = connect({ greet: (name) => name.repeat(2000) }, {}, { bytes: 1000 });
    await expect(call("greet", "x")).rejects.toMatchObject({ code: "TENON_CALL_TOO_LARGE" });
  });

  it("of a missing function are rejected", async () => {
    const { call, callImport } = connect({});
    await expect(call("greet", "Ada")).rejects.toMatchObject({ code: "TENON_SYMBOL_MISSING" });
    await expect(callImport("log", "x")).rejects.toMatchObject({ code: "TENON_IMPORT_MISSING" });
  });

  it("can be nested, in both directions", async () => {
    const { call, imports } = connect(
      { greet: async (name) => `Hello, ${await imports.get("upper")!.invoke([name], free)}!` },
      { upper: async (text) => text.toUpperCase() },
    );
    expect(await call("greet", "Ada")).toBe("Hello, ADA!");
  });

  it("do not show the host's stack to the plugin when a host function throws", async () => {
    const { callImport } = connect(
      {},
      {
        log: () => {
          throw new Error("host trouble");
        },
      },
    );
    const error = await callImport("log", "x").catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: "TENON_IMPORT_THREW",
      message: expect.stringContaining("host trouble"),
      pluginStack: undefined,
    });
  });

  it("work although a getter makes another call while the first is being written", async () => {
    const { call } = connect({ greet: (name) => name, both: ({ firstName }) => [firstName, 1] });
    let inner: Promise<string> | undefined;
    const person = {
      get firstName() {
        inner ??= call("greet", "inner");
        return "outer";
      },
    };
    expect(await call("both", person)).toEqual(["outer", 1]);
    expect(await inner).toBe("inner");
  });
});

describe("cancellation", () => {
  it("rejects the caller immediately and aborts the other side's signal", async () => {
    let signal: AbortSignal | undefined;
    const { functions } = connect({
      wait: (control: CallControl) => {
        signal = control.signal;
        return never;
      },
    });
    const controller = new AbortController();
    const answer = functions.get("wait")!.invoke([], { signal: controller.signal, deadline: 0 }) as Promise<unknown>;
    await quiet();
    expect(signal?.aborted).toBe(false);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    await quiet();
    expect(signal?.aborted).toBe(true);
  });

  it("rejects with the signal's reason if it is a coded error", async () => {
    const { functions } = connect({ wait: () => never });
    const reason = errors.TENON_CALL_DEADLINE("too late");
    const early = functions.get("wait")!.invoke([], { signal: AbortSignal.abort(reason), deadline: 0 });
    await expect(early).rejects.toBe(reason);
    const controller = new AbortController();
    const late = functions.get("wait")!.invoke([], { signal: controller.signal, deadline: 0 });
    controller.abort(reason);
    await expect(late).rejects.toBe(reason);
  });

  it("also happens at the deadline", async () => {
    const { functions } = connect({ wait: () => never });
    await expect(functions.get("wait")!.invoke([], { signal: undefined, deadline: 5 })).rejects.toMatchObject({
      code: "TENON_CALL_DEADLINE",
      message: "wait() did not return within 5 ms",
    });
  });

  it("is confirmed by a live side, although its function keeps running", async () => {
    const unresponsive = vi.fn();
    const { functions } = connect({ wait: () => never }, {}, { grace: 20, unresponsive });
    await expect(functions.get("wait")!.invoke([], { signal: undefined, deadline: 5 })).rejects.toMatchObject({
      code: "TENON_CALL_DEADLINE",
    });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(unresponsive).not.toHaveBeenCalled();
  });

  it("is reported if it is not confirmed", async () => {
    const [near, far] = memoryChannelPair();
    far.open({ frame() {}, closed() {} });
    const error = await new Promise((resolve) => {
      const peer = new Peer({ channel: near, role: "host", grace: 5, unresponsive: resolve });
      const functions = peer.bind({ calls: sample.exports, serves: sample.imports });
      Promise.resolve(functions.get("wait")!.invoke([], { signal: undefined, deadline: 5 })).catch(() => {});
    });
    expect(error).toMatchObject({ code: "TENON_PLUGIN_CRASHED", message: expect.stringContaining("wait()") });
  });

  it("releases what arrives with a late answer", async () => {
    let answer!: (value: unknown) => void;
    const dropped: unknown[] = [];
    const object = { id: 1 };
    const { functions, hostPeer } = connect({
      "store#[constructor]counter": () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
      "store#[resource-drop]counter": (self) => {
        dropped.push(self);
      },
    });
    const controller = new AbortController();
    const made = functions.get("store#[constructor]counter")!.invoke([1], { signal: controller.signal, deadline: 0 });
    await quiet();
    controller.abort();
    await expect(made).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    answer(object);
    await quiet();
    expect(dropped).toEqual([object]);
    expect(hostPeer.held.here).toBe(0);
  });

  it("stops a stream that arrives with a late answer, although it was never read", async () => {
    let answer!: (value: unknown) => void;
    const { functions } = connect({ count: () => new Promise((resolve) => (answer = resolve)) });
    const controller = new AbortController();
    const counted = functions.get("count")!.invoke([3], { signal: controller.signal, deadline: 0 });
    await quiet();
    controller.abort();
    await expect(counted).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    const stopped = new Promise<void>((resolve) => {
      const stop = async () => {
        resolve();
        return { done: true };
      };
      answer({ [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}), return: stop }) });
    });
    await stopped;
  });
});

describe("resources", () => {
  class Counter {
    constructor(public value: number) {}
  }
  const implementation = (dropped: unknown[]): Implementation => ({
    "store#[constructor]counter": (start) => new Counter(start),
    "store#[method]counter.next": (self) => ++self.value,
    "store#[resource-drop]counter": (self) => {
      dropped.push(self);
    },
    "store#take": (counter) => counter.value,
    "store#peek": (counter) => counter.value,
  });

  it("stay with their owner, and are dropped once", async () => {
    const dropped: unknown[] = [];
    const { call, hostPeer, pluginPeer } = connect(implementation(dropped));
    const one = await call("store#[constructor]counter", 5);
    expect(one).toMatchObject({ remote: expect.any(Number) });
    expect(await call("store#[method]counter.next", one)).toBe(6);
    expect(await call("store#peek", one)).toBe(6);
    expect(hostPeer.held.here).toBe(1);
    await call("store#[resource-drop]counter", one);
    expect(dropped).toEqual([new Counter(6)]);
    expect(pluginPeer.held.there).toBe(0);
    expect(hostPeer.held.here).toBe(0);
    await expect(call("store#peek", one)).rejects.toMatchObject({ code: "TENON_RESOURCE_GONE" });
    await expect(call("store#[resource-drop]counter", one)).rejects.toMatchObject({ code: "TENON_RESOURCE_GONE" });
  });

  it("given as own arrive at their owner as the same object, and leave the giver", async () => {
    const { call, pluginPeer } = connect(implementation([]));
    const one = await call("store#[constructor]counter", 7);
    expect(await call("store#take", one)).toBe(7);
    expect(pluginPeer.held.there).toBe(0);
    await expect(call("store#take", one)).rejects.toMatchObject({ code: "TENON_RESOURCE_GONE" });
  });

  it("of another connection are rejected", async () => {
    const first = connect(implementation([]));
    const second = connect(implementation([]));
    const foreign = await first.call("store#[constructor]counter", 1);
    await expect(second.call("store#peek", foreign)).rejects.toMatchObject({ code: "TENON_RESOURCE_FOREIGN" });
    await expect(second.call("store#peek", {})).rejects.toMatchObject({ code: "TENON_RESOURCE_FOREIGN" });
  });

  it("given with a call that cannot be sent stay with the giver", async () => {
    const { call, hostPeer } = connect(implementation([]), {}, { bytes: 20 });
    const one = await call("store#[constructor]counter", 1);
    await expect(call("store#take", one, "")).resolves.toBe(1);
    const two = await call("store#[constructor]counter", 2);
    hostPeer.limit(-100);
    await expect(call("store#take", two)).rejects.toMatchObject({ code: "TENON_CALL_TOO_LARGE" });
    hostPeer.limit(20);
    expect(await call("store#take", two)).toBe(2);
  });

  it("lent for a call can no longer be used after it", async () => {
    const lines: string[] = [];
    const object = { name: "sink" };
    let kept: unknown;
    const { call, imports, callImport, hostPeer } = connect(
      {
        use: async (borrowed) => {
          kept = borrowed;
          await imports.get("[method]sink.write")!.invoke([borrowed, "during"], free);
        },
      },
      {
        "[method]sink.write": (self, line) => {
          lines.push(`${self.name}: ${line}`);
        },
      },
    );
    await call("use", object);
    expect(lines).toEqual(["sink: during"]);
    expect(hostPeer.held.there).toBe(0);
    await expect(callImport("[method]sink.write", kept, "after")).rejects.toMatchObject({
      code: "TENON_RESOURCE_GONE",
    });
  });

  it("that are lent cannot be given away", async () => {
    const { call, imports } = connect(
      { use: (borrowed) => imports.get("keep")!.invoke([borrowed], free) },
      { keep: () => 1 },
    );
    await expect(call("use", {})).rejects.toMatchObject({ code: "TENON_RESOURCE_FOREIGN" });
  });

  it("of the host move to the plugin and back", async () => {
    const object = { name: "mine" };
    let held: unknown;
    const { call, callImport, hostPeer } = connect(
      {
        pass: (own) => {
          held = own;
        },
      },
      { keep: (own) => (own === object ? 1 : 0) },
    );
    await call("pass", object);
    expect(hostPeer.held.there).toBe(1);
    expect(await callImport("keep", held)).toBe(1);
    expect(hostPeer.held.there).toBe(0);
  });

  it("are all released, and counted, when the connection is closed", async () => {
    const dropped: unknown[] = [];
    const sinks: unknown[] = [];
    const { call, hostPeer } = connect(
      { ...implementation(dropped), pass: () => {} },
      {
        "[resource-drop]sink": (self) => {
          sinks.push(self);
        },
      },
    );
    for (let index = 0; index < 3; index++) await call("store#[constructor]counter", index);
    const object = {};
    await call("pass", object);
    expect(hostPeer.close(errors.TENON_PLUGIN_CLOSED("closed"))).toEqual({ resources: 4 });
    expect(hostPeer.close(errors.TENON_PLUGIN_CLOSED("closed"))).toEqual({ resources: 0 });
    expect(sinks).toEqual([object]);
    await quiet();
    expect(dropped).toHaveLength(3);
  });
});

describe("streams and futures", () => {
  it("reach the caller, never ahead by more than the window", async () => {
    let made = 0;
    let ended = false;
    const { call } = connect({
      count: async function* (to) {
        try {
          for (; made < to; made++) yield made;
        } finally {
          ended = true;
        }
      },
    });
    const stream = (await call("count", 1000))[Symbol.asyncIterator]();
    await quiet();
    expect(made).toBe(0);
    expect(await stream.next()).toEqual({ done: false, value: 0 });
    await quiet();
    expect(made).toBeLessThanOrEqual(64);
    let last: unknown;
    for await (const item of stream) last = item;
    expect(last).toBe(999);
    expect(ended).toBe(true);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it("reach the plugin, and stop the source when the reader stops", async () => {
    const returned = vi.fn();
    const { call } = connect({
      sum: async (numbers) => {
        let sum = 0;
        for await (const number of numbers) {
          sum += number;
          if (sum > 50) break;
        }
        return sum;
      },
    });
    async function* source() {
      try {
        for (let number = 1; ; number++) yield number;
      } finally {
        returned();
      }
    }
    expect(await call("sum", source())).toBe(55);
    await quiet();
    expect(returned).toHaveBeenCalledOnce();
  });

  it("of bytes are sent in chunks: large ones are split, all are copied", async () => {
    const big = Uint8Array.from({ length: 300_000 }, (_, index) => index & 0xff);
    const { call } = connect({
      blob: async function* () {
        yield big;
        yield new Uint8Array(0);
        yield Uint8Array.of(1, 2);
      },
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await call("blob", 1)) chunks.push(chunk);
    const whole = Buffer.concat(chunks);
    expect(whole.length).toBe(300_002);
    expect(whole.subarray(0, 300_000).equals(big)).toBe(true);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(65_536);
  });

  it("break with the source's error after the elements before it", async () => {
    const { call } = connect({
      count: async function* () {
        yield 1;
        throw new Error("source trouble");
      },
    });
    const got: unknown[] = [];
    const error = await (async () => {
      for await (const item of await call("count", 1)) got.push(item);
    })().catch((thrown) => thrown);
    expect(got).toEqual([1]);
    expect(error).toMatchObject({
      code: "TENON_STREAM_BROKEN",
      message: expect.stringContaining("source trouble"),
      cause: { code: "TENON_CALL_THREW" },
    });
  });

  it("break at an element of the wrong type", async () => {
    const { call } = connect({
      count: async function* () {
        yield "one";
      },
    });
    const stream = (await call("count", 1))[Symbol.asyncIterator]();
    await expect(stream.next()).rejects.toMatchObject({
      code: "TENON_STREAM_BROKEN",
      cause: { code: "TENON_VALUE_TYPE" },
    });
  });

  it("end when the connection closes, on both sides", async () => {
    const returned = vi.fn();
    const { call, hostPeer } = connect({
      count: async function* () {
        try {
          yield 1;
          await never;
        } finally {
          returned();
        }
      },
      wait: () => never,
    });
    const stream = (await call("count", 1))[Symbol.asyncIterator]();
    await stream.next();
    const next = stream.next();
    const waiting = call("wait");
    hostPeer.close(errors.TENON_PLUGIN_CLOSED("closed"));
    await expect(next).rejects.toMatchObject({ code: "TENON_STREAM_BROKEN", cause: { code: "TENON_PLUGIN_CLOSED" } });
    await expect(waiting).rejects.toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
    await expect(call("wait")).rejects.toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
  });

  it("futures are fulfilled and rejected later, in both directions", async () => {
    let fulfil!: (value: string) => void;
    let refuse!: (error: Error) => void;
    const promises = [
      new Promise<string>((resolve) => {
        fulfil = resolve;
      }),
      new Promise<string>((_, reject) => {
        refuse = reject;
      }),
    ];
    const { call } = connect({ later: () => ({ value: promises.shift() }), give: async (value) => (await value) + 1 });
    const good = await call("later");
    const bad = await call("later");
    fulfil("done");
    refuse(new Error("no"));
    expect(await good.value).toBe("done");
    await expect(bad.value).rejects.toMatchObject({
      code: "TENON_STREAM_BROKEN",
      message: expect.stringContaining("no"),
    });
    expect(await call("give", Promise.resolve(41))).toBe(42);
  });
});

describe("control calls", () => {
  it("carry JSON and bytes to a handler by name", async () => {
    const { hostPeer } = connect(
      {},
      {},
      {},
      { controls: { save: ({ parameters, attachment }) => ({ parameters, bytes: [...attachment] }) } },
    );
    expect(await hostPeer.control("save", { a: 1 }, free, Uint8Array.of(1, 2))).toEqual({
      parameters: { a: 1 },
      bytes: [1, 2],
    });
    expect(await hostPeer.control("save")).toEqual({ bytes: [] });
    await expect(hostPeer.control("other")).rejects.toMatchObject({
      code: "TENON_CALL_THREW",
      message: expect.stringContaining("other"),
    });
    await expect(hostPeer.control("toString")).rejects.toMatchObject({ message: expect.stringContaining("toString") });
    await expect(hostPeer.control("save", 1n)).rejects.toMatchObject({ code: "TENON_VALUE_TYPE" });
  });

  it("log lines reach the host", async () => {
    const lines: unknown[] = [];
    const { pluginPeer } = connect({}, {}, { log: (line) => lines.push(line) });
    pluginPeer.log({ stream: "stderr", text: "half \ud800" });
    await quiet();
    expect(lines).toEqual([{ stream: "stderr", text: "half \ufffd" }]);
  });

  it("log lines keep their level, time and fields", async () => {
    const lines: unknown[] = [];
    const { pluginPeer } = connect({}, {}, { log: (line) => lines.push(line) });
    const fields = JSON.parse('{"a": [1, {"b": null}], "__proto__": {"c": true}}');
    pluginPeer.log({ stream: "log", text: "x", level: "error", time: 1700000000123, fields });
    pluginPeer.log({ stream: "log", text: "y", level: "loud" as never, time: Number.NaN, fields: 1 as never });
    await quiet();
    expect(lines).toEqual([
      { stream: "log", text: "x", level: "error", time: 1700000000123, fields },
      { stream: "log", text: "y" },
    ]);
  });

  it("a log line is sent before the turn ends, so that a plugin that never returns loses none", () => {
    const frames: Uint8Array[] = [];
    const channel: Channel = { send: (frame) => void frames.push(frame.slice()), open() {}, close() {} };
    const peer = new Peer({ channel, role: "plugin" });
    peer.log({ stream: "log", text: "before an infinite loop" });
    expect(Buffer.concat(frames).toString("latin1")).toContain("before an infinite loop");
  });

  it("a very long log line arrives in pieces of whole characters, without loss", async () => {
    const lines: string[] = [];
    const { pluginPeer } = connect({}, {}, { log: ({ text }) => lines.push(text) });
    const text = `x${"🌍".repeat(100_000)}`;
    pluginPeer.log({ stream: "log", text });
    await quiet();
    expect(lines.length).toBe(4);
    expect(lines.join("")).toBe(text);
  });

  it("the loss of the plugin is reported before the result of the call that caused it", async () => {
    const told: string[] = [];
    const { call, pluginPeer } = connect(
      {
        greet: () => {
          const trap = errors.TENON_WASM_TRAP("it trapped");
          void Promise.resolve().then(() => pluginPeer.lost(trap));
          throw trap;
        },
      },
      {},
      { lost: (error) => told.push(error.code) },
    );
    await call("greet", "Ada").catch(({ code }) => told.push(`answer ${code}`));
    expect(told).toEqual(["TENON_WASM_TRAP", "answer TENON_WASM_TRAP"]);
  });

  it("hold() reports when something is awaited", async () => {
    const hold = vi.fn();
    const { call } = connect({ greet: (name) => name }, {}, { hold });
    await Promise.all([call("greet", "a"), call("greet", "b")]);
    expect(hold.mock.calls).toEqual([[true], [false]]);
  });
});
