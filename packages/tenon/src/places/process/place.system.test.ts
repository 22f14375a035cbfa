import { readdirSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterEach, describe, expect, test } from "vitest";
import {
  alive,
  fixtureContract,
  fixturesFolder,
  gone,
  processPlace,
  runtime,
  type Started,
  type StartOptions,
  start,
} from "./fixtures/start.mjs";

const running: Started[] = [];
const closing = { signal: undefined, deadline: 5000 };

async function open(options: StartOptions = {}): Promise<Started> {
  const started = await start(options);
  running.push(started);
  return started;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map(({ instance }) => instance.close(closing)));
});

describe("the process place", () => {
  test("calls functions in a separate process", async () => {
    const { instance, call } = await open();
    expect(instance.id).not.toBe(process.pid);
    expect(alive(instance.id!)).toBe(true);
    expect(await call("add", [2, 3])).toBe(5);
    expect(await call("echo", ["Grüße 🌍"])).toBe("Grüße 🌍");
    const bytes = new Uint8Array(3_000_000).map((_, index) => index * 7);
    expect(Buffer.compare(await call("reverse", [bytes]), bytes.toReversed())).toBe(0);
  });

  test("returns the right result to each of many concurrent calls", async () => {
    const { call } = await open();
    const numbers = Array.from({ length: 2000 }, (_, index) => index);
    const sums = await Promise.all(numbers.map((number) => call("add", [number, 1])));
    expect(sums).toEqual(numbers.map((number) => number + 1));
  });

  test("reports what it isolates", async () => {
    const { instance } = await open({ limits: { memory: 200 * 2 ** 20 } });
    expect(instance.isolation).toMatchObject({
      level: "contained",
      memory: true,
      crash: true,
      interruptible: true,
      filesystem: false,
      network: false,
      environment: true,
      processes: false,
      by: ["process"],
    });
    expect(processPlace().isolation.memory).toBe(false);
    expect(instance.isolation.remarks.length).toBeGreaterThan(0);
  });

  test("a host function is called back", async () => {
    const { call } = await open({ answer: async (question) => `${question} 42` });
    expect(await call("ask", ["what?"])).toBe("what? 42");
  });

  needs(missing.unix()).test(
    "a host function is waited for, however long it takes and whatever else comes",
    async () => {
      const answers = new Map<string, (answer: string) => void>();
      const { call } = await open({ answer: (question) => new Promise((resolve) => answers.set(question, resolve)) });
      const asked = call("ask-now", ["x".repeat(1_000_000)]);
      const others = [call("add", [1, 2]), call("echo", ["y".repeat(300_000)])];
      while (answers.size === 0) await new Promise((resolve) => setImmediate(resolve));
      for (const [question, answer] of answers) answer(`${question.length} `.repeat(100_000));
      expect(await asked).toBe("1000000 ".repeat(100_000));
      expect(await Promise.all(others)).toEqual([3, "y".repeat(300_000)]);
    },
  );

  needs(missing.unix()).test(
    "many host functions are waited for, one after the other and one within another",
    async () => {
      const started: Started = await open({
        answer: async (question) => {
          const left = Number(question);
          return left === 0 ? "done" : `${left} ${await started.call("ask-now", [String(left - 1)])}`;
        },
      });
      expect(await Promise.all(Array.from({ length: 50 }, () => started.call("ask-now", ["0"])))).toEqual(
        Array(50).fill("done"),
      );
      expect(await started.call("ask-now", ["5"])).toBe("5 4 3 2 1 done");
    },
  );

  needs(missing.unix()).test("a host function that takes too long is abandoned at the deadline", async () => {
    const { call } = await open({ answer: () => new Promise(() => {}) });
    await expect(call("ask-briefly", ["?"])).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    expect(await call("add", [1, 2])).toBe(3);
  });

  test("streams values to the host, to the end", async () => {
    const { call } = await open();
    const numbers: number[] = [];
    for await (const number of await call("count", [300, ""])) numbers.push(number);
    expect(numbers).toEqual(Array.from({ length: 300 }, (_, index) => index));
  });

  test("cancelling reaches the plugin, which keeps working afterwards", async () => {
    const { call } = await open({ limits: { grace: 5000 } });
    const abort = new AbortController();
    const waiting = call("wait", [], { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    expect(await call("echo", ["still here"])).toBe("still here");
  });

  test("inherits no environment, no Node options, and no input", async () => {
    process.env.TENON_TEST_SECRET = "secret";
    process.env.NODE_OPTIONS = "--no-warnings";
    try {
      const { call } = await open();
      expect(await call("environment")).toEqual([]);
      expect(await call("arguments")).toEqual(["", ""]);
      expect(await call("input")).toBe("");
    } finally {
      delete process.env.TENON_TEST_SECRET;
      delete process.env.NODE_OPTIONS;
    }
  });

  test("passes on the variables that are granted", async () => {
    process.env.TENON_TEST_SHARED = "shared";
    try {
      const { call } = await open({ grants: { environment: { TENON_TEST_SHARED: true, LANG: "C", ABSENT: true } } });
      expect(Object.fromEntries(await call("environment"))).toEqual({ TENON_TEST_SHARED: "shared", LANG: "C" });
    } finally {
      delete process.env.TENON_TEST_SHARED;
    }
  });

  test("runs in the plugin's folder", async () => {
    const { call } = await open();
    expect(await call("folder")).toBe(fixturesFolder);
  });

  test("what the plugin prints goes to its log and does not affect its messages", async () => {
    const { call, logged, log } = await open();
    await call("print", ["stdout", "one\ntwö\n"]);
    await call("print", ["stderr", '{"jsonrpc": "2.0"}\n']);
    await logged(({ stream, text }) => stream === "stderr" && text === '{"jsonrpc": "2.0"}');
    await logged(({ stream, text }) => stream === "stdout" && text === "twö");
    expect(log.filter(({ stream }) => stream === "stdout").map(({ text }) => text)).toEqual(["one", "twö"]);
    expect(await call("add", [1, 1])).toBe(2);
  });

  test("a plugin that prints 256 MiB does not fill the host's memory, and the log says what was left out", async () => {
    const { call, logged, log } = await open();
    await call("flood", [256]);
    await call("print", ["stderr", "done\n"]);
    await logged(({ text }) => text === "done");
    await logged(({ text }) => text.startsWith("[tenon] the plugin writes more than"));
    const kept = log.reduce((sum, { text }) => sum + text.length, 0);
    expect(kept).toBeLessThan(64 * 2 ** 20);
    expect(await call("add", [1, 1])).toBe(2);
  });

  test("close lets the plugin finish, and proves the end by the exit", async () => {
    const { instance, call } = await open({ limits: { grace: 20_000 } });
    const stopped = await call("grandchild", [false]);
    const report = await instance.close(closing);
    expect(report).toEqual({ proof: "process-exited", exit: 0, forced: false, resources: 0 });
    expect(alive(instance.id!)).toBe(false);
    await gone(stopped);
    expect(await instance.close(closing)).toEqual(report);
    await expect(call("add", [1, 1])).rejects.toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
  });

  test("calls that are running when it is closed are rejected", async () => {
    const { instance, call } = await open();
    const waiting = expect(call("do", ["hang"])).rejects.toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
    await instance.close(closing);
    await waiting;
  });

  needs(missing.linux()).test("nothing is left in the host after opening and closing twenty times", async () => {
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const before = descriptors();
    for (let round = 0; round < 5; round++) {
      const started = await Promise.all([start(), start(), start(), start()]);
      expect(descriptors()).toBeGreaterThan(before);
      await Promise.all(started.map(({ instance }) => instance.close(closing)));
    }
    // Pipes are closed in the turn after the process has ended.
    const until = performance.now() + 10_000;
    while (descriptors() > before && performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
    expect(descriptors()).toBeLessThanOrEqual(before);
  });

  test("closing the place kills the plugins that still run", async () => {
    const place = processPlace();
    const request = {
      contract: fixtureContract,
      imports: { get: () => undefined },
      log() {},
      signal: new AbortController().signal,
      settings: undefined,
      options: {},
      grants: {},
      limits: { memory: 0, table: 0, bytes: 0 },
    };
    const prepared = { path: fixturesFolder, fingerprint: "fixture", payload: {} };
    const limits = { bytes: 1_000_000, memory: 0, grace: 100 };
    const instance = await place.start(runtime, prepared, request, limits);
    await place.close();
    expect(alive(instance.id!)).toBe(false);
    expect((await instance.lost).code).toBe("TENON_PLACE_EXIT");
  });
});

describe("a process that cannot be started", () => {
  test("because the program does not exist", async () => {
    await expect(start({ place: { nodePath: "/does/not/exist/node" } })).rejects.toMatchObject({
      code: "TENON_PLACE_START",
      message: expect.stringContaining("/does/not/exist/node"),
    });
  });

  test("because the program is not Node", async () => {
    await expect(start({ place: { nodePath: "/bin/true" } })).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      cause: expect.objectContaining({ code: "TENON_PLACE_EXIT" }),
    });
  });

  test("because Node does not know an option", async () => {
    await expect(start({ place: { execArgv: ["--no-such-option"] } })).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      cause: expect.objectContaining({ message: expect.stringContaining("--no-such-option") }),
    });
  });

  test("because a granted variable has an impossible name", async () => {
    await expect(start({ grants: { environment: { "A=B": "x" } } })).rejects.toMatchObject({
      code: "TENON_OPTION_INVALID",
    });
  });

  test("because it was cancelled before", async () => {
    await expect(start({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE" });
  });
});
