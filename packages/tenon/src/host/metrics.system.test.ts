import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureOf } from "@tenon/fixtures/tests";
import { contract, createHost, type MetricsSnapshot, t } from "tenon";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenon-metrics-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "worker.js");
writeFileSync(
  file,
  `let imports;
   export function activate(context) { imports = context.imports; }
   export const add = (a, b) => a + b;
   export const later = async (text) => { await new Promise((resolve) => setImmediate(resolve)); return text.toUpperCase(); };
   export const fail = (how) => { if (how === "throw") throw new Error("no"); if (how === "crash") process.exit(3); return 7; };
   export const ask = async (text) => (await imports.answer(text)) + "!";
   export const hang = () => new Promise(() => {});`,
);
const text = t.func([["text", t.string]], t.string);
const worker = contract("test:worker@1.0.0", {
  imports: { answer: text },
  exports: {
    add: t.func(
      [
        ["a", t.s32],
        ["b", t.s32],
      ],
      t.s32,
    ),
    later: text,
    fail: t.func([["how", t.string]], t.string),
    ask: text,
    hang: t.func([], t.string),
  },
});
const imports = {
  answer: (given: string) => {
    if (given === "bad") throw new Error("no answer");
    if (given === "wrong") return 7 as unknown as string;
    return given;
  },
};

function of(snapshot: MetricsSnapshot, name: string, direction: "exports" | "imports" = "exports") {
  const [plugin] = snapshot.plugins;
  const found = plugin?.[direction].find((each) => each.function === name);
  if (found === undefined) throw new Error(`${name} was not called`);
  return found;
}

describe("host.metrics()", () => {
  test("is refused, with the option to set, by a host that counts nothing", async () => {
    await using host = createHost();
    expect(() => host.metrics()).toThrow(expect.objectContaining({ code: "TENON_OPTION_INVALID" }));
    expect(() => createHost({ metrics: "yes" as any })).toThrow(/metrics: expected true or false/);
  });

  test.each(["inline", "worker", "process"] as const)("counts every call of both sides: %s", async (place) => {
    await using host = createHost({ metrics: true });
    const plugin = await host.open(file, worker, { place, imports });
    const { exports } = plugin;
    const count = place === "inline" ? 5000 : 50;
    for (let call = 0; call < count; call++) await exports.add(call, 1);
    await Promise.all(Array.from({ length: 20 }, () => exports.later("a")));
    await exports.ask("x");
    expect((await failureOf(exports.ask("bad"))).code).toBe("TENON_IMPORT_THREW");
    expect((await failureOf(exports.ask("wrong"))).code).toBe("TENON_VALUE_TYPE");
    expect((await failureOf(exports.fail("throw"))).code).toBe("TENON_CALL_THREW");
    expect((await failureOf(exports.fail("wrong"))).code).toBe("TENON_VALUE_TYPE");
    expect((await failureOf(exports.add("1" as any, 2))).code).toBe("TENON_VALUE_TYPE");
    expect((await failureOf(plugin.with({ deadline: 30 }).hang())).code).toBe("TENON_CALL_DEADLINE");
    await plugin.call("later", ["b"]);
    const snapshot = host.metrics();
    expect(snapshot.plugins).toHaveLength(1);
    expect(snapshot.plugins[0]).toMatchObject({ name: "worker", place });
    const add = of(snapshot, "add");
    expect(add).toMatchObject({ calls: count + 1, errors: { TENON_VALUE_TYPE: 1 }, inFlight: 0 });
    expect(of(snapshot, "later")).toMatchObject({
      calls: 21,
      errors: {},
      inFlight: 0,
      latency: { timed: 21, count: 21 },
    });
    expect(of(snapshot, "fail")).toMatchObject({ calls: 2, errors: { TENON_CALL_THREW: 1, TENON_VALUE_TYPE: 1 } });
    expect(of(snapshot, "hang")).toMatchObject({ calls: 1, errors: { TENON_CALL_DEADLINE: 1 }, inFlight: 0 });
    expect(of(snapshot, "ask")).toMatchObject({ calls: 3, errors: { TENON_IMPORT_THREW: 1, TENON_VALUE_TYPE: 1 } });
    const answers = of(snapshot, "answer", "imports");
    expect(answers).toMatchObject({ calls: 3, errors: { TENON_IMPORT_THREW: 1, TENON_VALUE_TYPE: 1 }, inFlight: 0 });
    if (place !== "inline") expect(add.latency.timed).toBe(count);
    expect(add.latency.timed).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  });

  test("counts synchronous calls, and those of extension points", async () => {
    await using host = createHost({ metrics: true });
    const plugin = await host.open(file, worker, { imports });
    const point = host.point(worker);
    point.add(plugin);
    for (let call = 0; call < 3000; call++) plugin.sync.add(call, 1);
    for (let call = 0; call < 3000; call++) point.sync.series.add(call, 1);
    for (let call = 0; call < 100; call++) await point.series.later("x");
    await point.parallel.add(1, 2);
    expect(() => point.sync.series.fail("throw")).toThrow(expect.objectContaining({ code: "TENON_POINT_FAILED" }));
    expect(() => plugin.sync.later("x")).toThrow(expect.objectContaining({ code: "TENON_SYNC_UNAVAILABLE" }));
    const snapshot = host.metrics();
    const add = of(snapshot, "add");
    expect(add).toMatchObject({ calls: 6001, errors: {} });
    expect(add.latency.timed).toBeLessThan(100);
    expect(of(snapshot, "later")).toMatchObject({ calls: 101, errors: { TENON_SYNC_UNAVAILABLE: 1 }, inFlight: 0 });
    expect(of(snapshot, "fail")).toMatchObject({ calls: 1, errors: { TENON_CALL_THREW: 1 } });
  });

  test("shows calls in flight, and those that wait for their turn or are refused", async () => {
    await using host = createHost({ metrics: true });
    const plugin = await host.open(file, worker, { imports, limits: { concurrency: 1, queue: 1, deadline: 0 } });
    const stop = new AbortController();
    const running = failureOf(plugin.with({ signal: stop.signal }).hang());
    const waiting = failureOf(plugin.with({ signal: stop.signal }).hang());
    expect((await failureOf(plugin.exports.hang())).code).toBe("TENON_CALL_QUEUE_FULL");
    expect(host.metrics().plugins[0]).toMatchObject({ running: 1, waiting: 1 });
    expect(of(host.metrics(), "hang")).toMatchObject({ calls: 3, inFlight: 2, errors: { TENON_CALL_QUEUE_FULL: 1 } });
    stop.abort();
    await Promise.all([running, waiting]);
    expect(of(host.metrics(), "hang")).toMatchObject({
      ...{ calls: 3, inFlight: 0, errors: { TENON_CALL_QUEUE_FULL: 1, TENON_CALL_ABORTED: 2 } },
    });
  });

  test("counts crashes, restarts and swaps, and keeps totals of what was closed", async () => {
    await using host = createHost({ metrics: true });
    const plugin = await host.open(file, worker, { place: "process", imports, supervision: { backoff: { first: 1 } } });
    const restarted = new Promise((resolve) => host.on("restarted", resolve));
    expect((await failureOf(plugin.exports.fail("crash"))).code).toBe("TENON_PLUGIN_CRASHED");
    await restarted;
    await plugin.swap();
    await failureOf(plugin.swap(join(folder, "missing.js")));
    expect(host.metrics().plugins[0]).toMatchObject({
      ...{ state: "active", crashes: 1, restarts: 1, swaps: 1, failedSwaps: 1 },
    });
    await plugin.close();
    expect(host.metrics()).toMatchObject({
      plugins: [],
      closed: { plugins: 1, calls: 1, errors: { TENON_PLUGIN_CRASHED: 1 }, crashes: 1, restarts: 1, swaps: 1 },
    });
    await failureOf(host.open(join(folder, "missing.js"), worker, { imports }));
    expect(host.metrics().plugins).toEqual([]);
  });
});
