import fc from "fast-check";
import { expect, test } from "vitest";
import { contract, t } from "../contract/index.js";
import { isTenonError } from "../errors/index.js";
import { inlinePlace } from "../places/inline/index.js";
import { type FakePlugin, fakeRuntime } from "../testing/fake-runtime.js";
import { Host } from "./index.js";

const counted = contract("test:counted", {
  exports: { add: t.func([["id", t.u32]], t.u32, { async: true }), seen: t.func([], t.list(t.u32)) },
});

const actions = ["call", "rest", "start", "swap", "fail", "crash", "turn", "step"] as const;
type Action = (typeof actions)[number];

/** What calls may be rejected with: each says that the call has not run, or that the plugin crashed. */
const codes: Readonly<Record<string, readonly string[]>> = {
  call: ["TENON_LOAD_FAILED", "TENON_PLUGIN_CRASHED", "TENON_PLUGIN_CLOSED"],
  swap: ["TENON_LOAD_FAILED", "TENON_PLUGIN_CLOSED", "TENON_SWAP_BUSY", "TENON_STATE_FAILED", "TENON_PLUGIN_CRASHED"],
  rest: ["TENON_PLUGIN_CRASHED", "TENON_PLUGIN_CLOSED", "TENON_STATE_FAILED", "TENON_REST_BUSY"],
  start: ["TENON_LOAD_FAILED", "TENON_PLUGIN_CRASHED", "TENON_PLUGIN_CLOSED"],
};

/** Runs actions in an order of events that the scheduler chooses. */
async function play(scheduler: fc.Scheduler, given: readonly Action[], closes: boolean) {
  const pause = (what: string) => scheduler.schedule(Promise.resolve(), what);
  const ran: number[] = [];
  let state: number[] = [];
  let live = 0;
  let mostLive = 0;
  let failing = 0;
  const plugin: FakePlugin = {
    contract: counted,
    implementation: async () => {
      await pause("load");
      if (failing > 0) {
        failing--;
        throw new Error("fails on purpose");
      }
      live++;
      mostLive = Math.max(mostLive, live);
      const own: number[] = [];
      state = own;
      return {
        add: async (id: number) => {
          await pause("call");
          ran.push(id);
          return state.push(id);
        },
        seen: () => state,
      };
    },
    lifecycle: {
      save: async () => {
        await pause("save");
        return [...state];
      },
      restore: async (saved: unknown) => {
        await pause("restore");
        state = [...(saved as number[])];
      },
      close: async () => {
        await pause("close");
        live--;
      },
    },
  };
  const runtime = fakeRuntime({ counted: plugin });
  const host = new Host({ runtimes: [runtime], places: { inline: inlinePlace() } });
  const open = await host.open("fake:counted", counted, {
    start: "first-call",
    supervision: { backoff: { first: 0, jitter: 0 }, crashes: 1000 },
    limits: { drain: 0, load: 0, deadline: 0 },
  });
  const pending: Promise<unknown>[] = [];
  const answered: number[] = [];
  let id = 0;
  const follow = (kind: string, promise: Promise<unknown>) =>
    pending.push(
      promise.catch((error: unknown) => {
        if (!isTenonError(error) || !codes[kind]?.includes(error.code)) throw error;
      }),
    );
  for (const action of given) {
    const own = id;
    if (action === "call") {
      id++;
      follow(
        "call",
        open.exports.add(own).then(() => answered.push(own)),
      );
    } else if (action === "rest" || action === "start") follow(action, open[action]());
    // Both instances of a swap side by side would share the test's one state.
    else if (action === "swap") follow("swap", open.swap(undefined, { exclusive: true }));
    else if (action === "fail") failing++;
    else if (action === "crash") runtime.instances.at(-1)?.lose();
    else if (action === "turn") await new Promise((resolve) => setImmediate(resolve));
    else if (scheduler.count() > 0) await scheduler.waitOne();
  }
  if (closes) pending.push(open.close());
  await scheduler.waitFor(Promise.all(pending));
  failing = 0;
  const seen = closes ? undefined : await scheduler.waitFor(open.exports.seen());
  await scheduler.waitFor(open.rest().catch(() => {}));
  await scheduler.waitFor(host.close());
  return { ran, answered, seen, live, mostLive, calls: id };
}

const action = (...without: Action[]) => fc.constantFrom(...actions.filter((each) => !without.includes(each)));

test("in any order of calls, starts, rests and swaps, each call runs once, and no state is lost", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(action("crash", "fail"), { maxLength: 30 }), async (scheduler, given) => {
      const { ran, answered, seen, live, mostLive, calls } = await play(scheduler, given, false);
      const all = Array.from({ length: calls }, (_, at) => at);
      expect([...ran].sort((left, right) => left - right)).toEqual(all);
      expect([...answered].sort((left, right) => left - right)).toEqual(all);
      expect([...(seen ?? [])].sort((left, right) => left - right)).toEqual(all);
      expect(mostLive).toBeLessThanOrEqual(1);
      expect(live).toBe(0);
    }),
  );
});

test("with crashes, failing starts and a close between them, each call ends, and runs at most once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(action(), { maxLength: 30 }),
      fc.boolean(),
      async (scheduler, given, closes) => {
        const { ran, answered } = await play(scheduler, given, closes);
        expect(new Set(ran).size).toBe(ran.length);
        for (const id of answered) expect(ran).toContain(id);
      },
    ),
  );
});
