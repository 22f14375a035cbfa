import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, type Host, isTenonError, type OpenOptions, t } from "tenon";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "tenon-shared-thread-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "plugin.js");
writeFileSync(
  file,
  `let imports, calls = 0;
   export const activate = (context) => { imports = context.imports; };
   export const health = () => imports.checking();
   export const count = () => ++calls;
   export const spin = () => { for (;;); };
   export const work = async () => { await imports.checking(); return new Promise(() => {}); };`,
);
const counter = contract("test:counter@1.0.0", {
  imports: { checking: t.func([], undefined, { async: true }) },
  exports: { count: t.func([], t.u32), spin: t.func([]), work: t.func([], undefined, { async: true }) },
});

/** Opens a plugin in the only thread of the pool. Nothing that it does itself may count as a crash. */
function open(host: Host, name: string, checking = () => Promise.resolve(), limits: OpenOptions["limits"] = {}) {
  return host.open(file, counter, {
    name,
    place: "worker-pool",
    fresh: true,
    imports: { checking },
    limits: { grace: 100, ...limits },
    supervision: name === "loops" ? { backoff: { first: 1 } } : { crashes: 0 },
  });
}

test("a thread that ends because of one plugin costs its neighbours the calls under way, and no others", async () => {
  await using host = createHost({ pool: 1 });
  let begun!: () => void;
  const loops = await open(host, "loops");
  const neighbour = await open(host, "neighbour", async () => begun?.());
  expect(await neighbour.exports.count()).toBe(1);
  for (let round = 0; round < 3; round++) {
    expect(loops.id).toBe(neighbour.id);
    const working = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const underWay = neighbour.exports.work();
    await working;
    const crashed = expect(underWay).rejects.toMatchObject({
      code: "TENON_PLUGIN_CRASHED",
      message: expect.stringContaining("because another plugin in it, loops, did not return"),
      cause: { code: "TENON_PLACE_NEIGHBOUR" },
    });
    await expect(loops.with({ deadline: 50 }).spin()).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    // The thread is about to be ended: none of these is sent there.
    expect(await Promise.all([neighbour.exports.count(), neighbour.exports.count()])).toEqual([1, 2]);
    await crashed;
    // A call of the plugin that loops waits for its own restart, in the thread that its neighbour has.
    expect(await loops.exports.count()).toBe(1);
  }
});

test("a plugin whose thread ends for a neighbour during its health check is opened in another thread", async () => {
  await using host = createHost({ pool: 1 });
  const loops = await open(host, "loops");
  let checks = 0;
  let looped: Promise<void> | undefined;
  const neighbour = await open(host, "neighbour", () => {
    checks++;
    if (checks > 1) return Promise.resolve();
    looped = expect(loops.with({ deadline: 50 }).spin()).rejects.toMatchObject({ code: "TENON_CALL_DEADLINE" });
    return new Promise(() => {});
  });
  await looped;
  expect(checks).toBe(2);
  expect(await neighbour.exports.count()).toBe(1);
});

test("a call that a neighbour has to confirm first goes to the same instance once it has", async () => {
  await using host = createHost({ pool: 1 });
  let begun!: () => void;
  const working = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const grace = { grace: 10_000 };
  const waits = await open(host, "waits", async () => begun?.(), grace);
  const neighbour = await open(host, "neighbour", undefined, grace);
  expect(await neighbour.exports.count()).toBe(1);
  const controller = new AbortController();
  const call = waits.with({ signal: controller.signal }).work();
  await working;
  controller.abort();
  const next = neighbour.exports.count();
  await expect(call).rejects.toSatisfy((thrown) => isTenonError(thrown, "TENON_CALL_ABORTED"));
  expect(await next).toBe(2);
});
