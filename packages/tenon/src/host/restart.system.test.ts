import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, isTenonError, t } from "tenon";
import { afterAll, beforeAll, expect, test } from "vitest";

const fragile = contract("test:fragile@1.0.0", {
  exports: {
    count: t.func([], t.u32),
    end: t.func([]),
    spin: t.func([]),
    sleep: t.func([], undefined, { async: true }),
  },
});
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-restart-"));
  await writeFile(
    join(folder, "fragile.js"),
    `let calls = 0; export const count = () => ++calls; export const end = () => process.exit(3);
     export const spin = () => { for (;;); }; export const sleep = () => new Promise(() => {});`,
  );
});
afterAll(() => rm(folder, { recursive: true }));

test.each(["worker", "worker-pool", "process"] as const)(
  "a call made right after a crash waits for the restart: %s",
  async (place) => {
    await using host = createHost();
    const plugin = await host.open(join(folder, "fragile.js"), fragile, {
      place,
      supervision: { backoff: { first: 1 } },
    });
    expect(await plugin.exports.count()).toBe(1);
    const { thrown, answer } = await plugin.exports.end().then(
      () => expect.unreachable(),
      (thrown: unknown) => ({ thrown, answer: plugin.exports.count() }),
    );
    expect(isTenonError(thrown, "TENON_PLUGIN_CRASHED")).toBe(true);
    expect(await answer).toBe(1);
  },
);

test.each(["worker", "worker-pool", "process"] as const)(
  "a call made right after a deadline that stops the instance waits for the restart: %s",
  async (place) => {
    await using host = createHost();
    const plugin = await host.open(join(folder, "fragile.js"), fragile, {
      place,
      supervision: { backoff: { first: 1 } },
    });
    expect(await plugin.exports.count()).toBe(1);
    await expect(plugin.with({ deadline: 50 }).spin()).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    expect(await plugin.exports.count()).toBe(1);
  },
);

test.each(["worker", "worker-pool", "process"] as const)(
  "a call made right after the cancellation of a call that only waits goes to the same instance: %s",
  async (place) => {
    await using host = createHost();
    const plugin = await host.open(join(folder, "fragile.js"), fragile, { place });
    expect(await plugin.exports.count()).toBe(1);
    const controller = new AbortController();
    const call = plugin.with({ signal: controller.signal }).sleep();
    controller.abort();
    const next = plugin.exports.count();
    await expect(call).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
    expect(await next).toBe(2);
  },
);

test("a synchronous call right after a deadline does not run in the instance that is stopped", async () => {
  await using host = createHost();
  const plugin = await host.open(join(folder, "fragile.js"), fragile, {
    place: "worker",
    supervision: { backoff: { first: 1 } },
  });
  await expect(plugin.with({ deadline: 50 }).spin()).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
  expect(() => plugin.sync.count()).toThrow(expect.objectContaining({ code: "TENON_PLUGIN_CRASHED" }));
  expect(await plugin.exports.count()).toBe(1);
  expect(plugin.sync.count()).toBe(2);
});

test("a call after a crash is refused if restart is off", async () => {
  await using host = createHost();
  const plugin = await host.open(join(folder, "fragile.js"), fragile, {
    place: "worker",
    supervision: { restart: false },
  });
  await expect(plugin.exports.end()).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
  await expect(plugin.exports.count()).rejects.toMatchObject({ code: "TENON_PLUGIN_CRASHED" });
});
