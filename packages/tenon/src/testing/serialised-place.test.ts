import { describe, expect, test } from "vitest";
import { contract, t } from "../contract/index.js";
import { Host } from "../host/index.js";
import { type FakePlugin, fakeRuntime } from "./fake-runtime.js";
import { type SerialisedPlaceOptions, serialisedPlace } from "./serialised-place.js";

const greeter = contract("demo:greeter@1.0.0", {
  imports: { polish: t.func([["text", t.string]], t.string) },
  exports: {
    greet: t.func([["name", t.string]], t.string),
    wait: t.func([], t.string, { async: true }),
    count: t.func([["limit", t.u32]], t.stream(t.u32)),
  },
});

const plugin: FakePlugin = {
  implementation: ({ imports }) => ({
    greet: async (name: string) => imports.polish(`Hello, ${name}!`),
    wait: () => new Promise(() => {}),
    async *count(limit: number) {
      for (let number = 0; number < limit; number++) yield number;
    },
  }),
};
const imports = { polish: (text: string) => text.toUpperCase() };

function hostWith(options: SerialisedPlaceOptions = {}, plugins: Record<string, FakePlugin> = { plugin }) {
  const runtime = fakeRuntime(plugins);
  return { runtime, host: new Host({ runtimes: [runtime], places: { serialised: serialisedPlace(options) } }) };
}
const options = { place: "serialised", imports, supervision: { restart: false } } as const;

describe("the serialised place", () => {
  test("calls, host functions and streams pass as bytes", async () => {
    const frames = { "to-plugin": 0, "to-host": 0 };
    const { host } = hostWith({
      alter(frame, direction) {
        frames[direction] += frame.byteLength;
        return frame;
      },
    });
    const opened = await host.open("fake:plugin", greeter, options);
    expect(await opened.exports.greet("Ada")).toBe("HELLO, ADA!");
    const numbers: number[] = [];
    for await (const number of await opened.exports.count(5)) numbers.push(number);
    expect(numbers).toEqual([0, 1, 2, 3, 4]);
    expect(frames["to-plugin"]).toBeGreaterThan(0);
    expect(frames["to-host"]).toBeGreaterThan(0);
    expect(await opened.close()).toMatchObject({ proof: "connection-closed", forced: false });
    await host.close();
  });

  test("a truncated message ends the connection and rejects every call", async () => {
    let cut = false;
    const { host } = hostWith({
      alter: (frame, direction) => (cut && direction === "to-host" ? frame.subarray(0, frame.length - 1) : frame),
    });
    const opened = await host.open("fake:plugin", greeter, options);
    const waiting = opened.exports.wait();
    cut = true;
    await expect(opened.exports.greet("Ada")).rejects.toMatchObject({ code: "TENON_WIRE_MALFORMED" });
    await expect(waiting).rejects.toMatchObject({ code: "TENON_WIRE_MALFORMED" });
    await expect(opened.exports.greet("Ada")).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    expect(opened.state).toBe("crashed");
    await host.close();
  });

  test("bytes that are not a message are refused in both directions", async () => {
    for (const spoilt of ["to-host", "to-plugin"] as const) {
      let spoil = false;
      const { host } = hostWith({
        alter: (frame, direction) => (spoil && direction === spoilt ? frame.fill(0xff) : frame),
      });
      const opened = await host.open("fake:plugin", greeter, options);
      spoil = true;
      await expect(opened.exports.greet("Ada")).rejects.toMatchObject({
        code: expect.stringMatching(/^TENON_(WIRE_MALFORMED|WIRE_CLOSED|PLUGIN_CRASHED)$/),
      });
      await host.close();
    }
  });

  test("a call whose answer is lost rejects at its deadline", async () => {
    let lose = false;
    const { host } = hostWith({ alter: (frame, direction) => (lose && direction === "to-host" ? undefined : frame) });
    const opened = await host.open("fake:plugin", greeter, { ...options, limits: { deadline: 20 } });
    lose = true;
    await expect(opened.exports.greet("Ada")).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    lose = false;
    await host.close();
  });
});

describe("the fake runtime", () => {
  test("an instance that a test crashes is restarted", async () => {
    const { host, runtime } = hostWith();
    const opened = await host.open("fake:plugin", greeter, {
      ...options,
      supervision: { backoff: { first: 1, jitter: 0 } },
    });
    const restarted = new Promise((resolve) => host.on("restarted", resolve));
    const [instance] = runtime.instances;
    instance?.lose();
    await restarted;
    expect(runtime.instances).toHaveLength(2);
    expect(await opened.exports.greet("Ada")).toBe("HELLO, ADA!");
    await host.close();
    expect(instance?.closed).toBeGreaterThan(0);
  });

  test("a fake plugin can fail like a real one", async () => {
    const { host, runtime } = hostWith(
      {},
      {
        throws: { implementation: () => Promise.reject(new Error("broken on purpose")) },
        lacks: { implementation: { greet: () => "" } },
        unwell: { ...plugin, lifecycle: { health: () => false } },
      },
    );
    await expect(host.open("fake:throws", greeter, options)).rejects.toMatchObject({ code: "TENON_LOAD_FAILED" });
    await expect(host.open("fake:lacks", greeter, options)).rejects.toMatchObject({ code: "TENON_EXPORT_MISSING" });
    await expect(host.open("fake:unwell", greeter, options)).rejects.toMatchObject({ code: "TENON_HEALTH_FAILED" });
    await expect(host.open("fake:absent", greeter, options)).rejects.toMatchObject({ code: "TENON_ARTIFACT_MISSING" });
    runtime.set("throws", plugin);
    const opened = await host.open("fake:throws", greeter, options);
    expect(await opened.exports.greet("Ada")).toBe("HELLO, ADA!");
    await host.close();
  });

  test("state is handed over by a swap", async () => {
    const counting = (greeting: string): FakePlugin => {
      let calls = 0;
      return {
        implementation: { greet: () => `${greeting} ${++calls}`, wait: () => "", count: async function* () {} },
        lifecycle: { save: () => calls, restore: (saved) => void (calls = saved) },
      };
    };
    const { host } = hostWith({}, { one: counting("one"), two: counting("two") });
    const opened = await host.open("fake:one", greeter, options);
    expect(await opened.exports.greet("Ada")).toBe("one 1");
    expect((await opened.swap("fake:two")).state).toBe("migrated");
    expect(await opened.exports.greet("Ada")).toBe("two 2");
    await host.close();
  });
});
