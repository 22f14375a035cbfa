import { missing, needs } from "@tenon/fixtures/tests";
import { describe, expect, test } from "vitest";
import { alive, gone, start } from "./fixtures/start.mjs";

const closing = { signal: undefined, deadline: 5000 };

/** What a promise was rejected with and its causes, outermost first: `CODE: message`. */
async function reasons(promise: Promise<unknown>): Promise<string[]> {
  const chain: string[] = [];
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  for (let error = thrown; error instanceof Error; error = error.cause) {
    chain.push(`${(error as Error & { code?: string }).code}: ${error.message}`);
  }
  return chain;
}

describe("a crash while loading", () => {
  test.each([
    ["exit", "TENON_PLACE_EXIT", "exit code 7"],
    ["exit-zero", "TENON_PLACE_EXIT", "exit code 0"],
    ["abort", "TENON_PLACE_EXIT", "SIGABRT"],
    ["kill", "TENON_PLACE_EXIT", "SIGKILL"],
    ["later", "TENON_PLACE_EXIT", "thrown by a timer of the plugin"],
    ["reject", "TENON_PLACE_EXIT", "nobody handles this"],
    ["cut", "TENON_PLACE_EXIT", "exit code 9"],
  ])("%s", async (deed, code, text) => {
    await expect(start({ atLoad: deed })).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      cause: expect.objectContaining({ code, message: expect.stringContaining(text) }),
    });
  });

  test("an exception keeps the plugin's own stack", async () => {
    await expect(start({ atLoad: "throw" })).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      message: expect.stringContaining("the plugin threw"),
      pluginStack: expect.stringContaining("runtime.mjs"),
    });
  });

  test.each(["loop", "hang", "stop"])("%s: the process is killed when loading is cancelled", async (deed) => {
    const abort = new AbortController();
    const started = start({ atLoad: deed, signal: abort.signal });
    setTimeout(() => abort.abort(), 300);
    await expect(started).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE" });
  });

  test("bytes that are not a message fail the load", async () => {
    await expect(start({ atLoad: "garbage" })).rejects.toMatchObject({
      code: expect.stringMatching(/^TENON_(WIRE_MALFORMED|LOAD_FAILED)$/),
    });
  });
});

describe("a crash in a call", () => {
  test.each([
    ["exit", "TENON_PLACE_EXIT", "exit code 7"],
    ["abort", "TENON_PLACE_EXIT", "SIGABRT"],
    ["kill", "TENON_PLACE_EXIT", "SIGKILL"],
    ["later", "TENON_PLACE_EXIT", "thrown by a timer of the plugin"],
    ["reject", "TENON_PLACE_EXIT", "nobody handles this"],
    ["cut", "TENON_PLACE_EXIT", "exit code 9"],
    ["garbage", "TENON_WIRE_MALFORMED", ""],
    ["disconnect", "TENON_WIRE_CLOSED", "keeps running"],
  ])("%s: every pending call is rejected, and lost says why", async (deed, code, text) => {
    const { instance, call } = await start();
    const pending = [call("do", ["hang"]), call("wait"), call("do", [deed])];
    for (const chain of await Promise.all(pending.map(reasons))) {
      expect(chain[0]).toMatch(code.startsWith("TENON_WIRE") ? code : /^TENON_PLUGIN_CRASHED/);
      expect(chain.at(-1)).toMatch(code);
      expect(chain.at(-1)).toContain(text);
    }
    expect((await instance.lost).code).toBe(code);
    expect((await reasons(call("echo", ["x"]))).at(-1)).toMatch(code);
    expect(await instance.close(closing)).toMatchObject({ proof: "process-exited" });
    expect(alive(instance.id!)).toBe(false);
  });

  test("a full heap is TENON_PLACE_MEMORY with the limit", async () => {
    const { instance, call } = await start({ limits: { memory: 32 * 2 ** 20 } });
    const chain = await reasons(call("do", ["memory"]));
    expect(chain[0]).toMatch(/^TENON_PLUGIN_CRASHED/);
    expect(chain.at(-1)).toMatch(/^TENON_PLACE_MEMORY: .*32 MiB/);
    expect((await instance.lost).code).toBe("TENON_PLACE_MEMORY");
    await instance.close(closing);
  });

  needs(missing.linux()).test.each(["buffers", "buffers in turns", "memory of a program"])(
    "%s: what is outside of the heap counts as well, and ends the process near its limit",
    async (deed) => {
      const { instance, call } = await start({ limits: { memory: 64 * 2 ** 20 } });
      const chain = await reasons(call("do", [deed]));
      expect(chain[0]).toMatch(/^TENON_PLUGIN_CRASHED/);
      expect(chain.at(-1)).toMatch(/^TENON_PLACE_MEMORY: .*its limit is 64 MiB/);
      await instance.close(closing);
    },
  );

  test("buffers that are no longer used do not count", async () => {
    const { instance, call } = await start({ limits: { memory: 32 * 2 ** 20 } });
    const bytes = new Uint8Array(10_000_000);
    for (let time = 0; time < 50; time++) expect((await call("reverse", [bytes])).length).toBe(bytes.length);
    await instance.close(closing);
  });

  test("a limit too small for Node itself is TENON_PLACE_MEMORY", async () => {
    expect((await reasons(start({ limits: { memory: 1 } }))).join("\n")).toMatch(/^TENON_PLACE_MEMORY: /m);
  });

  test("an exception fails only its call", async () => {
    const { instance, call } = await start();
    await expect(call("do", ["throw"])).rejects.toMatchObject({
      code: "TENON_CALL_THREW",
      pluginStack: expect.stringContaining("runtime.mjs"),
    });
    expect(await call("echo", ["fine"])).toBe("fine");
    await instance.close(closing);
  });

  test.each(["loop", "stop"])("%s: the process of a cancelled call is killed after limits.grace", async (deed) => {
    const { instance, call } = await start();
    const other = reasons(call("do", ["hang"]));
    const abort = new AbortController();
    const looping = call("do", [deed], { signal: abort.signal });
    abort.abort();
    await expect(looping).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    expect((await other)[0]).toMatch(/^TENON_PLUGIN_CRASHED/);
    await instance.lost;
    await gone(instance.id!);
    await instance.close(closing);
  });

  test("programs that the plugin started are killed with it", async () => {
    const { instance, call } = await start();
    const child = await call("grandchild", [false]);
    expect(alive(child)).toBe(true);
    await expect(call("do", ["kill"])).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    await gone(child);
    await instance.close(closing);
  });

  test("another plugin keeps working", async () => {
    const [first, second] = await Promise.all([start(), start()]);
    await expect(first.call("do", ["abort"])).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    expect(await second.call("echo", ["fine"])).toBe("fine");
    await Promise.all([first.instance.close(closing), second.instance.close(closing)]);
  });
});

describe("a crash in a stream", () => {
  test.each(["exit", "kill", "abort"])("%s: the stream breaks", async (deed) => {
    const { instance, call } = await start();
    const numbers: number[] = [];
    const reading = (async () => {
      for await (const number of await call("count", [5, deed])) numbers.push(number);
    })();
    await expect(reading).rejects.toMatchObject({ code: "TENON_STREAM_BROKEN" });
    await instance.lost;
    await instance.close(closing);
  });
});

describe("a crash while closing", () => {
  test.each([
    ["exit", 7],
    ["abort", "SIGABRT"],
  ])("%s: the report has the exit", async (deed, exit) => {
    const { instance } = await start({ atClose: deed });
    expect(await instance.close(closing)).toMatchObject({ proof: "process-exited", exit });
    await gone(instance.id!);
  });

  test.each(["loop", "hang", "stop"])("%s: the process is killed", async (deed) => {
    const { instance } = await start({ atClose: deed });
    const report = await instance.close({ signal: undefined, deadline: 200 });
    expect(report.proof).toBe("process-exited");
    await gone(instance.id!);
    if (deed !== "hang") expect(report).toMatchObject({ exit: "SIGKILL", forced: true });
  });
});
