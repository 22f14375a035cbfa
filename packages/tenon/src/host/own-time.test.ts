import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { contract, t } from "../contract/index.js";
import type { Runtime } from "../runtime/index.js";
import { Host } from "./host.js";

const greeter = contract("test:greeter", { exports: { greet: t.func([["name", t.string]], t.string) } });
const path = fileURLToPath(import.meta.url);
const forever = new Promise<never>(() => {});
const counted = ["resolve", "recognise", "contract"] as const;
const steps = [...counted, "check", "prepare"] as const;

/** A host whose runtime stops at a step, and what says that it got there, with the signal that it was given. */
function stuckAt(step: (typeof steps)[number]) {
  let reached = (_signal: AbortSignal | undefined) => {};
  const arrival = new Promise<AbortSignal | undefined>((resolve) => (reached = resolve));
  const runtime = {
    name: "stuck",
    module: import.meta.url,
    offers: () => true,
    recognise: async () => ({ confidence: 1, description: "a plugin" }),
    check: async () => [],
    contract: async () => undefined,
    [step]: (...given: readonly unknown[]) => {
      reached(given.find((each) => each instanceof AbortSignal) as AbortSignal | undefined);
      return forever;
    },
  } as unknown as Runtime;
  const place = { name: "inline", traits: { thread: "host" }, isolation: { level: "none" } } as any;
  return { host: new Host({ runtimes: [runtime], places: { inline: place } }), arrival };
}

test.each(steps)("open() stops when it is cancelled, also while it waits for %s", async (step) => {
  const { host, arrival } = stuckAt(step);
  const controller = new AbortController();
  const opening = host.open(path, greeter, { signal: controller.signal });
  const signal = await arrival;
  controller.abort(new Error("enough"));
  await expect(opening).rejects.toMatchObject({ code: "TENON_CALL_ABORTED", cause: { message: "enough" } });
  if (step === "check" || step === "prepare") expect(signal?.aborted).toBe(true);
});

test.each(counted)("limits.load ends %s, which is not building", async (step) => {
  const { host } = stuckAt(step);
  await expect(host.open(path, greeter, { limits: { load: 20 } })).rejects.toMatchObject({
    code: "TENON_LOAD_DEADLINE",
    message: expect.stringContaining("within 20 ms"),
  });
});

test("open() with a signal that is aborted reads nothing", async () => {
  const { host, arrival } = stuckAt("resolve");
  let isReached = false;
  void arrival.then(() => (isReached = true));
  const opening = host.open(path, greeter, { signal: AbortSignal.abort() });
  await expect(opening).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
  expect(isReached).toBe(false);
});

test("of two callers that open the same plugin, one can cancel without the other", async () => {
  const { host, arrival } = stuckAt("prepare");
  const [first, second] = [new AbortController(), new AbortController()];
  const opening = host.open(path, greeter, { signal: first.signal });
  const others = host.open(path, greeter, { signal: second.signal });
  await arrival;
  first.abort();
  await expect(opening).rejects.toMatchObject({ code: "TENON_CALL_ABORTED" });
  // It was the first caller's, so the second begins anew.
  second.abort(new Error("enough"));
  await expect(others).rejects.toMatchObject({ cause: { message: "enough" } });
  const third = host.open(path, greeter, { signal: AbortSignal.timeout(20) });
  await expect(third).rejects.toMatchObject({ code: "TENON_CALL_ABORTED", cause: { name: "TimeoutError" } });
});
