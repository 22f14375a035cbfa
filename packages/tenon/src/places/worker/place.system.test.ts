import { afterEach, describe, expect, it } from "vitest";
import { free, type Open, type OpenOptions, open as openFixture, sample, workerPlace } from "./fixtures/open.mjs";

const opened: Open[] = [];

async function open(options?: OpenOptions): Promise<Open> {
  const plugin = await openFixture(options);
  opened.push(plugin);
  return plugin;
}

afterEach(async () => {
  for (const { instance } of opened.splice(0)) await instance.close({ signal: undefined, deadline: 500 });
});

/** A busy machine may need longer than the usual grace period to end a thread that ends by itself. */
const unhurried = { grace: 10_000 };

describe("a plugin in a thread", () => {
  it("answers calls, one after the other and concurrently", async () => {
    const { call } = await open();
    expect(await call("echo", "Ada")).toBe("Ada");
    expect(await call("add-later", 40, 2)).toBe(42);
    expect(await call("reverse", Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(3, 2, 1));
    const sums = await Promise.all(Array.from({ length: 2000 }, (_, index) => call("add", index, 1)));
    expect(sums.at(-1)).toBe(2000);
  });

  it("passes values larger than any buffer", async () => {
    const { call } = await open();
    const text = "ü".repeat(1_000_000);
    expect(await call("echo", text)).toBe(text);
    await expect(call("blob", 5_000_000)).rejects.toMatchObject({ code: "TENON_CALL_TOO_LARGE" });
  });

  it("reports what it is, and lacks what was left out", async () => {
    const { instance } = await open();
    expect(instance.id).toBeGreaterThan(0);
    expect(instance.functions.get("absent")).toBeUndefined();
    expect(instance.contract?.id).toBe(sample.id);
    expect(instance.isolation).toMatchObject({
      level: "contained",
      crash: true,
      interruptible: true,
      memory: false,
      filesystem: false,
    });
    expect(instance.isolation.remarks).not.toContain("inline only");
  });

  it("sees only the granted environment, and none of the host's arguments", async () => {
    process.env.TENON_TEST_SECRET = "secret";
    const none = await open();
    expect(await none.call("environment")).toEqual([]);
    expect(await none.call("arguments")).toEqual(["", ""]);
    const granted = await open({ request: { grants: { environment: { COLOUR: "green", TENON_TEST_SECRET: true } } } });
    expect((await granted.call("environment")).sort()).toEqual([
      ["COLOUR", "green"],
      ["TENON_TEST_SECRET", "secret"],
    ]);
    delete process.env.TENON_TEST_SECRET;
  });

  it("prints to its log and nowhere else", async () => {
    const { call, lines, instance } = await open();
    await call("print", "stdout", "one\ntwo");
    await call("print", "stderr", "three\n");
    await instance.close(free);
    expect(lines.sort((a, b) => a.text.localeCompare(b.text))).toEqual([
      { stream: "stdout", text: "one" },
      { stream: "stderr", text: "three" },
      { stream: "stdout", text: "two" },
    ]);
  });

  it("that is killed has its last line in the log, even if it has no end yet", async () => {
    const { call, lines, instance } = await open({ limits: { grace: 1 } });
    await call("print", "stdout", "whole\nhalf");
    const looping = call("do", "loop").catch(() => {});
    const { forced } = await instance.close({ signal: undefined, deadline: 1 });
    await looping;
    expect(forced).toBe(true);
    expect(lines.map(({ text }) => text)).toEqual(["whole", "half"]);
  });

  it("keeps its resources, and close reports how many were released", async () => {
    const { call, instance } = await open({ limits: unhurried });
    const counter = await call("store#[constructor]counter", 1);
    await call("store#[constructor]counter", 2);
    expect(await call("store#[method]counter.next", counter)).toBe(2);
    expect(await instance.close(free)).toEqual({ proof: "thread-ended", exit: 0, forced: false, resources: 2 });
  });

  it("hands its state over to another instance", async () => {
    const before = await open({ payload: { state: { count: 3 } } });
    const after = await open();
    expect(after.instance.restores).toBe(true);
    await after.instance.restore(await before.instance.save(free), free);
    expect(await after.instance.save(free)).toEqual({ count: 3 });
    await after.instance.health(free);
  });

  it("streams to the host", async () => {
    const { call } = await open();
    let sum = 0;
    for await (const number of await call("count", 1000, "")) sum += number;
    expect(sum).toBe(499_500);
  });

  it("closes once, exits although it keeps a timer, and refuses calls afterwards", async () => {
    const { call, instance } = await open({ limits: unhurried });
    await call("keep");
    const waiting = expect(call("wait")).rejects.toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
    const [first, second] = await Promise.all([instance.close(free), instance.close(free)]);
    expect(first).toBe(second);
    expect(first).toMatchObject({ proof: "thread-ended", forced: false });
    await waiting;
    await expect(call("echo", "x")).rejects.toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
    expect(() => instance.functions.get("echo")!.invokeSync!(["x"], free)).toThrow("the plugin is closed");
  });

  it("cannot have a negative pool size", () => {
    expect(() => workerPlace({ pool: -1 })).toThrow("pool");
  });
});

describe("synchronous calls", () => {
  it("return values of any size", async () => {
    const { callSync } = await open();
    for (let index = 0; index < 500; index++) expect(callSync("add", index, 1)).toBe(index + 1);
    expect(callSync("echo", "x".repeat(200_000))).toHaveLength(200_000);
    expect(callSync("reverse", Uint8Array.of(1, 2))).toEqual(Uint8Array.of(2, 1));
  });

  it("mix with asynchronous ones in order", async () => {
    const { call, callSync } = await open();
    const answers: number[] = [];
    const first = call("add", 1, 0).then((sum) => answers.push(sum));
    answers.push(callSync("add", 2, 0));
    const third = call("add-later", 3, 0).then((sum) => answers.push(sum));
    answers.push(callSync("add", 4, 0));
    await Promise.all([first, third]);
    expect(answers.sort()).toEqual([1, 2, 3, 4]);
    for (let index = 0; index < 200; index++) {
      const later = call("add", index, index);
      expect(callSync("add", index, 1)).toBe(index + 1);
      expect(await later).toBe(index * 2);
    }
  });

  it("of a function that returns a promise are refused", async () => {
    const { callSync } = await open();
    expect(() => callSync("add-later", 1, 2)).toThrow(expect.objectContaining({ code: "TENON_SYNC_UNAVAILABLE" }));
    expect(callSync("add", 1, 2)).toBe(3);
  });

  it("let the plugin call the host meanwhile, but not wait for its promises", async () => {
    const { callSync } = await open({ imports: { answer: (question) => `${question}!` } });
    expect(callSync("ask-sync", "why")).toBe("why!");
    const later = await open({ imports: { answer: async (question) => question } });
    expect(() => later.callSync("ask-sync", "why")).toThrow(
      expect.objectContaining({ code: "TENON_SYNC_UNAVAILABLE" }),
    );
  });

  it("carry errors", async () => {
    const { callSync } = await open();
    expect(() => callSync("do", "throw")).toThrow(
      expect.objectContaining({ code: "TENON_CALL_THREW", pluginStack: expect.stringContaining("runtime.mjs") }),
    );
    expect(() => callSync("echo", 3)).toThrow(expect.objectContaining({ code: "TENON_VALUE_TYPE" }));
  });

  it("into a loop end at the deadline, and the thread is killed", async () => {
    const { instance } = await open();
    const loop = instance.functions.get("do")!;
    expect(() => loop.invokeSync!(["loop"], { signal: undefined, deadline: 50 })).toThrow(
      expect.objectContaining({ code: "TENON_CALL_DEADLINE" }),
    );
    expect(await instance.lost).toMatchObject({
      code: "TENON_PLUGIN_CRASHED",
      message: expect.stringContaining("did not respond"),
    });
  });

  it.each([["exit"], ["memory"]])(
    "into a plugin that ends its thread (%s) are rejected, without a deadline too",
    async (deed) => {
      const { callSync, instance } = await open({ limits: { memory: 32 * 1024 * 1024 } });
      expect(() => callSync("do", deed)).toThrow(expect.objectContaining({ code: "TENON_PLUGIN_CRASHED" }));
      expect(await instance.lost).toMatchObject({ code: deed === "exit" ? "TENON_PLACE_EXIT" : "TENON_PLACE_MEMORY" });
    },
  );
});

describe("host functions", () => {
  it("that return promises can be awaited by a blocked plugin", async () => {
    const answer = async (question: string) => {
      await new Promise((resolve) => setImmediate(resolve));
      return `${question}?`;
    };
    const { call } = await open({ imports: { answer } });
    expect(await call("ask-sync", "why")).toBe("why?");
    expect(await call("ask-twice", "who")).toBe("who? who?");
    for (let index = 0; index < 100; index++) expect(await call("ask-sync", `${index}`)).toBe(`${index}?`);
  });

  it("can call the plugin back while it is blocked", async () => {
    const plugin: Open = await open({
      imports: { answer: async (question) => plugin.call("echo", `${question} echoed`) },
    });
    expect(await plugin.call("ask-sync", "why")).toBe("why echoed");
  });

  it("that throw reach the plugin as coded errors", async () => {
    const { call } = await open({
      imports: {
        answer: () => {
          throw new Error("host trouble");
        },
      },
    });
    await expect(call("ask", "why")).rejects.toMatchObject({
      code: "TENON_IMPORT_THREW",
      message: expect.stringContaining("host trouble"),
    });
    await expect(call("ask-sync", "why")).rejects.toMatchObject({ code: "TENON_IMPORT_THREW" });
  });
});
