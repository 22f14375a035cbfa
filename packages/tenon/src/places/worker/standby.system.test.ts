import { afterEach, expect, it, vi } from "vitest";
import { free, type Open, open, workerPlace } from "./fixtures/open.mjs";

const place = workerPlace({ standby: true });
const opened: Open[] = [];

async function opens(options: Parameters<typeof open>[0] = {}): Promise<Open> {
  const plugin = await open(options);
  opened.push(plugin);
  return plugin;
}

afterEach(async () => {
  for (const { instance } of opened.splice(0)) await instance.close(free);
  await place.close?.();
});

it("a thread stands by for the next plugin of the same kind", async () => {
  const first = (await opens({ place })).instance.id ?? 0;
  // Threads are numbered: another plugin's number tells that the thread after the first is there.
  await vi.waitFor(async () => expect((await opens()).instance.id).toBeGreaterThan(first + 2), { timeout: 20_000 });
  const second = await opens({ place });
  expect(second.instance.id).toBeLessThan(opened.at(-2)?.instance.id ?? 0);
  expect(await second.call("echo", "Ada")).toBe("Ada");
  const other = await opens({ place, limits: { memory: 64 * 1024 * 1024 } });
  expect(other.instance.id).toBeGreaterThan(second.instance.id ?? 0);
  expect(await other.call("echo", "Grace")).toBe("Grace");
});
