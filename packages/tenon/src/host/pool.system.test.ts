import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const Counter = t.resource("counter", { constructs: [["start", t.u32]], methods: { next: t.func([], t.u32) } });
const kit = contract("test:pooled@1.0.0", {
  imports: { host: t.interface({ pass: t.func([], undefined, { async: true }) }) },
  exports: {
    wait: t.func([], t.u32, { async: true }),
    thread: t.func([], t.u32),
    end: t.func([]),
    counters: t.interface({ Counter, where: t.func([["counter", t.borrow(Counter)]], t.u32) }),
  },
});
const source = `
  import { threadId } from "node:worker_threads";
  let context;
  let calls = 0;
  class Counter {
    constructor(start) { this.value = start; }
    next() { return ++this.value; }
  }
  export const activate = (given) => { context = given; };
  export async function wait() {
    const call = ++calls;
    await context.imports.host.pass();
    return call;
  }
  export const thread = () => threadId;
  export const end = () => process.exit(3);
  export const counters = { Counter, where(counter) { counter.next(); return threadId; } };`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-pool-"));
  await writeFile(join(folder, "plugin.mjs"), source);
  await writeFile(
    join(folder, "keeps.mjs"),
    "export const count = () => 1; export const saveState = () => 1; export const restoreState = () => {};",
  );
});
afterAll(() => rm(folder, { recursive: true }));

/** A host function that waits until the test lets all of them pass. */
function gate() {
  let open: () => void = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, imports: { host: { pass: () => opened } } };
}

describe("a pool", () => {
  test("sends each call to the plugin with the fewest running calls", async () => {
    await using host = createHost();
    const { open, imports } = gate();
    const pool = await host.pool(join(folder, "plugin.mjs"), kit, { instances: 3, imports });
    const calls = Array.from({ length: 6 }, () => pool.exports.wait());
    open();
    expect(await Promise.all(calls)).toEqual([1, 1, 1, 2, 2, 2]);
    await pool.close();
    expect(host.plugins).toEqual([]);
  });

  test("runs each plugin in its own thread, and objects stay with the plugin that made them", async () => {
    await using host = createHost();
    const { open, imports } = gate();
    const pool = await host.pool(join(folder, "plugin.mjs"), kit, { place: "worker", instances: 2, imports });
    const waiting = pool.exports.wait();
    const other = await pool.exports.thread();
    const counter = await pool.exports.counters.Counter.new(5);
    expect(await counter.next()).toBe(6);
    open();
    await waiting;
    const threads = pool.plugins.map(({ id }) => id);
    expect(threads).toContain(other);
    for (let call = 0; call < 3; call++) expect(await pool.exports.counters.where(counter)).toBe(other);
    expect(await counter.next()).toBe(10);
  });

  test("continues with the other plugins when one crashes", async () => {
    await using host = createHost();
    const { imports } = gate();
    const options = { place: "worker", instances: 2, imports, supervision: { restart: false } } as const;
    const pool = await host.pool(join(folder, "plugin.mjs"), kit, options);
    await expect(pool.exports.end()).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    const [, second] = pool.plugins;
    for (let call = 0; call < 3; call++) expect(await pool.exports.thread()).toBe(second?.id);
    await expect(pool.exports.end()).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    await expect(pool.exports.thread()).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
    await pool.close();
    await expect(pool.exports.thread()).rejects.toMatchObject({ code: "TENON_PLUGIN_CLOSED" });
  });

  test("is refused for a plugin that keeps state, and leaves nothing open", async () => {
    await using host = createHost();
    const counting = contract("test:counting@1.0.0", { exports: { count: t.func([], t.u32) } });
    await expect(host.pool(join(folder, "keeps.mjs"), counting)).rejects.toMatchObject({
      code: "TENON_OPTION_INVALID",
      message: expect.stringContaining("keeps state"),
    });
    expect(host.plugins).toEqual([]);
    await using alone = await host.pool(join(folder, "keeps.mjs"), counting, { instances: 1 });
    expect(await alone.exports.count()).toBe(1);
  });

  test.each([0, 1.5, 2000, "4"])("refuses %s as its number of plugins", async (instances) => {
    await using host = createHost();
    await expect(host.pool(join(folder, "plugin.mjs"), kit, { instances } as never)).rejects.toMatchObject({
      code: "TENON_OPTION_INVALID",
      message: expect.stringContaining("instances"),
    });
  });
});
