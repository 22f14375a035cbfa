import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { times } from "@tenon/fixtures/tests";
import { contract, createHost, isTenonError, type PlaceName, t } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const counted = contract("test:counted@1.0.0", {
  exports: {
    add: t.func([["id", t.u32]], t.u32),
    seen: t.func([], t.list(t.u32)),
    later: t.func([["milliseconds", t.u32]], t.u32, { async: true }),
    extra: t.optional(t.func([], t.string)),
  },
});
const source = (version: string, save = "seen") => `
  let seen = [];
  export const add = (id) => seen.push(id);
  export const seenIds = () => seen;
  export { seenIds as seen };
  export const later = (milliseconds) => new Promise((resolve) => setTimeout(() => resolve(seen.length), milliseconds));
  export const saveState = () => ${save};
  export const restoreState = (state) => { seen = state; };
  // ${version}
`;
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-rest-"));
  file = join(folder, "counted.js");
  await writeFile(file, source("1"));
  await writeFile(join(folder, "next.js"), source("2"));
  await writeFile(join(folder, "unsavable.js"), source("3", "{ throw new Error('no') }"));
  await writeFile(join(folder, "broken.js"), "throw new Error('broken on purpose');");
});
afterAll(() => rm(folder, { recursive: true }));

const places = ["inline", "worker", "worker-pool", "process"] as const;

/** Resolves with the next event of this kind. */
function next(host: ReturnType<typeof createHost>, kind: "rested" | "started" | "rest-failed" | "start-failed") {
  return new Promise<any>((resolve) => {
    const off = host.on(kind, (event) => {
      off();
      resolve(event);
    });
  });
}

describe.each(places)("in %s", (place: PlaceName) => {
  test("a plugin that starts with its first call has no instance before, and says that it rests", async () => {
    await using host = createHost();
    const states: string[] = [];
    host.on("state", ({ from, to }) => states.push(`${from} > ${to}`));
    const plugin = await host.open(file, counted, { place, start: "first-call" });
    expect(plugin.state).toBe("resting");
    expect(plugin.id).toBeUndefined();
    expect(plugin.symbols()).toContain("add");
    expect(await plugin.exports.add(1)).toBe(1);
    expect(plugin.state).toBe("active");
    await plugin.close();
    expect(states).toEqual([
      "opening > resting",
      "resting > opening",
      "opening > active",
      "active > draining",
      "draining > closed",
    ]);
  });

  test("an idle plugin rests, and its state is there again after the next call", async () => {
    await using host = createHost();
    const plugin = await host.open(file, counted, { place, idle: 4 });
    const rested = next(host, "rested");
    await plugin.exports.add(7);
    const { report } = await rested;
    expect(plugin.state).toBe("resting");
    expect(report.forced).toBe(false);
    expect(await plugin.exports.seen()).toEqual([7]);
  });

  test("thousands of calls during start and rest: none is lost, none runs twice", { timeout: 120_000 }, async () => {
    await using host = createHost();
    const plugin = await host.open(file, counted, { place, start: "first-call", idle: 2 });
    let starts = 0;
    host.on("started", () => starts++);
    const total = times(2_500);
    const most = 400;
    let id = 0;
    let random = 7;
    const roll = (bound: number) => {
      random = (random * 1103515245 + 12345) % 2 ** 31;
      return random % bound;
    };
    const answers: Promise<number>[] = [];
    while (id < total) {
      const burst = Math.min(total - id, 1 + roll(most));
      for (let count = 0; count < burst; count++) answers.push(plugin.exports.add(id++));
      if (roll(2) === 0) await Promise.all(answers);
      if (roll(4) === 0) await plugin.rest();
      else await new Promise((resolve) => setTimeout(resolve, roll(8)));
    }
    const numbers = await Promise.all(answers);
    expect(new Set(numbers).size).toBe(total);
    const seen = await plugin.exports.seen();
    expect(seen.length).toBe(total);
    expect(new Set(seen).size).toBe(total);
    expect(starts).toBeGreaterThan(3);
  });

  test("a running call keeps a plugin from resting", async () => {
    await using host = createHost();
    const plugin = await host.open(file, counted, { place, idle: 2 });
    let rested = false;
    host.on("rested", () => {
      rested = true;
    });
    await plugin.exports.later(100);
    expect(rested).toBe(false);
  });

  test("a synchronous call of a resting plugin is refused, and works after plugin.start()", async () => {
    await using host = createHost();
    const plugin = await host.open(file, counted, { place, start: "first-call" });
    expect(() => plugin.sync.add(1)).toThrow(expect.objectContaining({ code: "TENON_SYNC_UNAVAILABLE" }));
    expect(plugin.state).toBe("resting");
    await plugin.start();
    expect(plugin.state).toBe("active");
    if (place !== "process") expect(plugin.sync.add(1)).toBe(1);
  });

  test("a swap of a resting plugin starts nothing, and the new artifact gets the saved state", async () => {
    await using host = createHost();
    const plugin = await host.open(file, counted, { place });
    await plugin.exports.add(5);
    await plugin.rest();
    const report = await plugin.swap(join(folder, "next.js"));
    expect(report.state).toBe("kept");
    expect(plugin.state).toBe("resting");
    expect(plugin.artifact).toBe(join(folder, "next.js"));
    expect(await plugin.exports.seen()).toEqual([5]);
    await expect(plugin.rest().then(() => plugin.swap(join(folder, "missing.js")))).rejects.toMatchObject({
      code: "TENON_ARTIFACT_MISSING",
    });
    expect(await plugin.exports.seen()).toEqual([5]);
  });

  test("a plugin whose state cannot be saved stays active", async () => {
    await using host = createHost();
    const plugin = await host.open(join(folder, "unsavable.js"), counted, { place, idle: 4 });
    await plugin.exports.add(1);
    const { error } = await next(host, "rest-failed");
    expect(error.code).toBe("TENON_STATE_FAILED");
    expect(plugin.state).toBe("active");
    expect(await plugin.exports.seen()).toEqual([1]);
    await expect(plugin.rest()).rejects.toMatchObject({ code: "TENON_STATE_FAILED" });
  });

  test("a plugin that does not start rejects the calls that waited, until the circuit opens", async () => {
    await using host = createHost();
    const plugin = await host.open(join(folder, "broken.js"), counted, {
      place,
      start: "first-call",
      supervision: { backoff: { first: 1, jitter: 0 }, crashes: 2 },
    });
    for (let attempt = 0; attempt < 3; attempt++)
      await expect(plugin.exports.add(1)).rejects.toMatchObject({ code: "TENON_LOAD_FAILED" });
    expect(plugin.state).toBe("crashed");
    await expect(plugin.exports.add(1)).rejects.toMatchObject({ code: "TENON_CIRCUIT_OPEN" });
    await plugin.swap(file);
    expect(await plugin.exports.add(1)).toBe(1);
  });

  test("closing a plugin while it starts or is put to rest rejects what waits, and leaves nothing", async () => {
    await using host = createHost();
    for (const action of ["start", "rest"] as const) {
      const plugin = await host.open(file, counted, { place, fresh: true, start: "first-call" });
      if (action === "rest") await plugin.start();
      const under = plugin[action]();
      const call = plugin.exports.add(1);
      const closing = plugin.close();
      const outcomes = await Promise.allSettled([under, call]);
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(isTenonError(outcome.reason, "TENON_PLUGIN_CLOSED")).toBe(true);
      await closing;
      expect(plugin.state).toBe("closed");
    }
    expect(host.plugins).toEqual([]);
  });

  test("calling, swapping, resting, starting and closing at the same time ends in an answer or a code", async () => {
    await using host = createHost();
    for (let round = 0; round < 3; round++) {
      const plugin = await host.open(file, counted, { place, fresh: true, start: "first-call", idle: 1 });
      const all = await Promise.allSettled([
        plugin.exports.add(1),
        plugin.swap(join(folder, "next.js")),
        plugin.rest(),
        plugin.start(),
        plugin.swap(file, { exclusive: true }),
        plugin.exports.add(2),
        plugin.rest(),
        round === 2 ? plugin.close() : plugin.exports.add(3),
      ]);
      for (const each of all)
        if (each.status === "rejected")
          expect(["TENON_SWAP_BUSY", "TENON_PLUGIN_CLOSED", "TENON_REST_BUSY"]).toContain(each.reason.code);
      if (round < 2) expect([...(await plugin.exports.seen())].sort()).toEqual([1, 2, 3]);
      await plugin.close();
    }
  });
});

test("a plugin whose contract is not known cannot start with its first call", async () => {
  await using host = createHost();
  await expect(host.open(file, undefined, { start: "first-call" })).rejects.toMatchObject({
    code: "TENON_CONTRACT_MISSING",
    fix: { command: expect.stringContaining("tenon contract import") },
  });
});

test("an import that the host does not provide is found before the first call", async () => {
  await using host = createHost();
  const needy = contract("test:needy@1.0.0", { imports: { log: t.func([["line", t.string]]) }, exports: {} });
  await expect(host.open(file, needy, { start: "first-call", imports: {} } as never)).rejects.toMatchObject({
    code: "TENON_IMPORT_MISSING",
  });
});

test("the plugins of a pool start one by one, when the others are busy", async () => {
  await using host = createHost();
  const stateless = join(folder, "stateless.js");
  await writeFile(stateless, source("4").replace(/export const (?:save|restore)State.*/g, ""));
  const pool = await host.pool(stateless, counted, { place: "worker", instances: 3, start: "first-call" });
  expect(pool.plugins.map(({ state }) => state)).toEqual(["resting", "resting", "resting"]);
  await pool.exports.later(1);
  await pool.exports.later(1);
  expect(pool.plugins.map(({ state }) => state)).toEqual(["active", "resting", "resting"]);
  await Promise.all([pool.exports.later(20), pool.exports.later(20)]);
  expect(pool.plugins.map(({ state }) => state)).toEqual(["active", "active", "resting"]);
  await pool.close();
});

test("a pool of a plugin that keeps state is refused at the first start", async () => {
  await using host = createHost();
  await using pool = await host.pool(file, counted, { instances: 2, start: "first-call" });
  await expect(pool.exports.add(1)).rejects.toMatchObject({ code: "TENON_OPTION_INVALID" });
});

test("a point starts the plugins that rest, and skips those that turn out not to implement an optional function", async () => {
  await using host = createHost();
  const point = host.point(counted);
  const plugin = await host.open(file, counted, { start: "first-call" });
  point.add(plugin);
  expect(await point.series.extra()).toEqual([]);
  expect(plugin.state).toBe("active");
  await plugin.rest();
  expect(plugin.symbols()).not.toContain("extra");
  expect(await point.series.add(9)).toEqual([1]);
});

test.each([{ start: "later" }, { idle: -1 }, { idle: 2 ** 31 }, { idle: "1s" }])("%j is refused", async (options) => {
  await using host = createHost();
  await expect(host.open(file, counted, options as never)).rejects.toMatchObject({ code: "TENON_OPTION_INVALID" });
});
