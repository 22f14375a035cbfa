import { readFileSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { errors } from "../../errors/index.js";
import { free, type Open, type OpenOptions, open as openFixture, workerPlace } from "./fixtures/open.mjs";

const opened: Open[] = [];

async function open(options?: OpenOptions): Promise<Open> {
  const plugin = await openFixture(options);
  opened.push(plugin);
  return plugin;
}

afterEach(async () => {
  for (const { instance } of opened.splice(0)) await instance.close({ signal: undefined, deadline: 500 });
});

const memory = 32 * 1024 * 1024;

describe("a plugin that fails while it loads", () => {
  it("by an exception, reports it with the plugin's own stack", async () => {
    await expect(open({ payload: { atLoad: "throw" } })).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      message: expect.stringContaining("the plugin threw"),
      pluginStack: expect.stringContaining("runtime.mjs"),
    });
  });

  it("by process.exit, reports that call", async () => {
    await expect(open({ payload: { atLoad: "exit" } })).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      message: expect.stringContaining("process.exit"),
      cause: { code: "TENON_PLACE_EXIT" },
    });
  });

  it("by an uncaught exception, reports it", async () => {
    await expect(open({ payload: { atLoad: "later" } })).rejects.toMatchObject({
      code: "TENON_LOAD_FAILED",
      message: expect.stringContaining("thrown by a timer of the plugin"),
    });
  });

  it("by running out of memory, reports the limit", async () => {
    await expect(open({ payload: { atLoad: "memory" }, limits: { memory } })).rejects.toMatchObject({
      code: "TENON_PLACE_MEMORY",
      message: expect.stringContaining("32 MiB"),
    });
  });

  it.each([["loop"], ["hang"]])("by never finishing (%s), is killed when loading is cancelled", async (atLoad) => {
    const deadline = errors.TENON_LOAD_DEADLINE("too slow");
    const controller = new AbortController();
    const opening = open({ payload: { atLoad }, request: { signal: controller.signal } });
    setTimeout(() => controller.abort(deadline), 100);
    await expect(opening).rejects.toBe(deadline);
  });

  it("because it cannot be sent to a thread, reports that", async () => {
    await expect(open({ payload: { unsendable: () => {} } })).rejects.toMatchObject({ code: "TENON_LOAD_FAILED" });
  });
});

describe("a plugin that fails in a call", () => {
  it.each([
    ["exit", "TENON_PLACE_EXIT"],
    ["later", "TENON_PLACE_EXIT"],
    ["reject", "TENON_PLACE_EXIT"],
    ["memory", "TENON_PLACE_MEMORY"],
    ["buffers in turns", "TENON_PLACE_MEMORY"],
    ["buffers", "TENON_PLACE_MEMORY"],
  ])("by %s, is lost, and every pending call is rejected", async (deed, code) => {
    const { call, instance } = await open({ limits: { memory } });
    const waiting = call("wait");
    const answers = await Promise.allSettled([call("do", deed), waiting]);
    for (const answer of answers)
      expect(answer).toMatchObject({ status: "rejected", reason: { code: "TENON_PLUGIN_CRASHED", cause: { code } } });
    expect(await instance.lost).toMatchObject({ code });
    await expect(call("echo", "x")).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    expect(await instance.close(free)).toMatchObject({ proof: "thread-ended", resources: 0 });
  });

  it("by a loop, is killed after limits.grace; the late call rejects with its deadline, the others with the crash", async () => {
    const { call, instance } = await open();
    const waiting = call("wait");
    const looping = Promise.resolve(
      instance.functions.get("do")!.invoke(["loop"], { signal: undefined, deadline: 50 }),
    );
    await expect(looping).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    await expect(waiting).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    expect(await instance.lost).toMatchObject({
      code: "TENON_PLUGIN_CRASHED",
      message: expect.stringContaining("did not respond"),
    });
    expect(await instance.close(free)).toMatchObject({ forced: true });
  });

  it("by a promise that never settles, keeps running", async () => {
    const { call, instance } = await open({ limits: { grace: 50 } });
    const hanging = Promise.resolve(
      instance.functions.get("do")!.invoke(["hang"], { signal: undefined, deadline: 20 }),
    );
    await expect(hanging).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await call("echo", "still here")).toBe("still here");
  });

  it("does not affect other plugins", async () => {
    const [first, second] = await Promise.all([open(), open()]);
    await expect(first.call("do", "exit")).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    expect(await second.call("echo", "alive")).toBe("alive");
  });
});

describe("a plugin that fails in a stream", () => {
  it.each([
    ["exit", "TENON_PLUGIN_CRASHED"],
    ["throw", "TENON_CALL_THREW"],
  ])("by %s, breaks the stream", async (deed, code) => {
    const { call } = await open();
    const stream = await call("count", 3, deed);
    const error = await (async () => {
      for await (const _ of stream);
    })().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "TENON_STREAM_BROKEN", cause: { code } });
  });
});

describe("a plugin that fails in its health check", () => {
  it("is reported as not healthy", async () => {
    const { instance } = await open({ payload: { atHealth: "throw" } });
    await expect(instance.health(free)).rejects.toMatchObject({ code: "TENON_HEALTH_FAILED" });
    const hanging = await open({ payload: { atHealth: "hang" } });
    await expect(hanging.instance.health({ signal: undefined, deadline: 20 })).rejects.toMatchObject({
      code: "TENON_HEALTH_FAILED",
      cause: { code: "TENON_CALL_DEADLINE" },
    });
  });
});

describe("a plugin that fails while it closes", () => {
  it.each([["throw"], ["exit"], ["loop"], ["hang"], ["later"]])("by %s, is closed anyway", async (atClose) => {
    const { instance } = await open({ payload: { atClose } });
    const report = await instance.close({ signal: undefined, deadline: 100 });
    expect(report).toMatchObject({ proof: "thread-ended" });
    if (atClose === "loop" || atClose === "hang") expect(report.forced).toBe(true);
  });
});

describe.skipIf(process.platform === "win32")("a program that the plugin starts", () => {
  const runs = (id: number) => {
    try {
      process.kill(id, 0);
      // Killed, but this process cannot wait for the child of a thread that is gone.
      return process.platform !== "linux" || readFileSync(`/proc/${id}/stat`, "latin1").split(") ")[1]?.[0] !== "Z";
    } catch {
      return false;
    }
  };

  it("ends with the plugin, and the report lists it", async () => {
    const { call, instance } = await open({ limits: { grace: 10_000 } });
    const id = await call("start", "");
    const report = await instance.close(free);
    expect(report).toMatchObject({ proof: "thread-ended", forced: false });
    expect(report.leftovers).toEqual([{ kind: "child process", name: `sleep 60 (process ${id})`, ended: true }]);
    expect(runs(id)).toBe(false);
  });

  it("ends with a thread that is killed while it loops, without having returned to Node since", async () => {
    const { instance } = await open();
    const looping = instance.functions.get("start")!.invoke(["loop"], { signal: undefined, deadline: 100 });
    await expect(looping).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    await instance.lost;
    const { leftovers = [] } = await instance.close(free);
    expect(leftovers).toMatchObject([{ kind: "child process", ended: true }]);
    await vi.waitFor(() => expect(runs(Number(/process (\d+)/.exec(leftovers[0]?.name ?? "")?.[1]))).toBe(false));
  });

  it("with detached: true stays, and the report says so", async () => {
    const { call, instance } = await open();
    const id = await call("start", "detached");
    try {
      const { leftovers } = await instance.close(free);
      expect(leftovers).toMatchObject([{ kind: "child process", ended: false }]);
      expect(runs(id)).toBe(true);
    } finally {
      process.kill(id, "SIGKILL");
    }
  });
});

describe("a thread that cannot be stopped", () => {
  it("is reported as still running", async () => {
    const { instance } = await open({ payload: { atClose: "loop" } });
    // Such loops exist only in some versions of the engine: here it is the ending that does nothing.
    const terminate = vi.spyOn(Worker.prototype, "terminate").mockReturnValue(new Promise(() => {}));
    try {
      const report = await instance.close({ signal: undefined, deadline: 50 });
      expect(report).toMatchObject({ proof: "connection-closed", exit: undefined, forced: true });
    } finally {
      const [worker] = terminate.mock.contexts as Worker[];
      terminate.mockRestore();
      await worker?.terminate();
    }
  });
});

describe("a pool", () => {
  it("lets plugins share threads, and its isolation says so", async () => {
    const place = workerPlace({ pool: 2 });
    const plugins = await Promise.all(Array.from({ length: 6 }, () => open({ place })));
    expect(new Set(plugins.map(({ instance }) => instance.id)).size).toBe(2);
    for (const [index, { call }] of plugins.entries()) expect(await call("add", index, 1)).toBe(index + 1);
    expect(plugins[0]!.instance.isolation.remarks.join()).toContain("share threads");
    await place.close();
    await Promise.all(plugins.map(({ instance }) => instance.lost));
  });

  it("keeps working if one of its plugins is closed, does not load, or hangs", async () => {
    const place = workerPlace({ pool: 1 });
    const stays = await open({ place });
    const leaves = await open({ place });
    expect(await leaves.instance.close(free)).toMatchObject({ proof: "connection-closed", forced: false });
    await expect(open({ place, payload: { atLoad: "throw" } })).rejects.toMatchObject({ code: "TENON_LOAD_FAILED" });
    await expect(
      open({ place, payload: { atLoad: "hang" }, request: { signal: AbortSignal.timeout(50) } }),
    ).rejects.toMatchObject({ code: "TENON_LOAD_DEADLINE" });
    const hangs = await open({ place, payload: { atClose: "hang" } });
    expect(await hangs.instance.close({ signal: undefined, deadline: 50 })).toMatchObject({
      proof: "connection-closed",
    });
    expect(await stays.call("echo", "here")).toBe("here");
    await stays.instance.close(free);
    await place.close();
  });

  it("loses all plugins of a thread that exits, and starts another thread", async () => {
    const place = workerPlace({ pool: 1 });
    const [first, second] = [await open({ place }), await open({ place })];
    await expect(first.call("do", "exit")).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    expect(await second.instance.lost).toMatchObject({ code: "TENON_PLACE_EXIT" });
    const third = await open({ place });
    expect(await third.call("echo", "new")).toBe("new");
    expect(third.instance.id).not.toBe(first.instance.id);
    await third.instance.close(free);
    await place.close();
  });

  it("gives a plugin with granted environment its own thread", async () => {
    const place = workerPlace({ pool: 1 });
    const [plain, granted] = [
      await open({ place }),
      await open({ place, request: { grants: { environment: { A: "1" } } } }),
    ];
    expect(granted.instance.id).not.toBe(plain.instance.id);
    expect(await plain.call("environment")).toEqual([]);
    await plain.instance.close(free);
    await place.close();
  });
});
