import type { Plugin } from "../../host/index.js";
import { type Case, type CaseContext, casesOf } from "../target/case.js";
import { causedBy, deepEqual, equal, holds, rejects } from "../target/expectations.js";
import type { KitchenSink } from "../target/kitchen-sink.js";

/** Makes the plugin crash later. The crash may come before the result of the call that asks for it. */
async function crashLater(
  plugin: Plugin<KitchenSink>,
  how: "throwLater" | "rejectLater" = "throwLater",
): Promise<void> {
  await plugin.exports.crashes[how]().catch((error: unknown) => rejects(Promise.reject(error), "TENON_PLUGIN_CRASHED"));
}

/** Crashes one plugin while four others are each in the middle of a call. */
function undisturbed(
  bringDown: (plugin: Plugin<KitchenSink>, context: CaseContext) => Promise<unknown>,
): (context: CaseContext) => Promise<void> {
  return async (context) => {
    const { open, side } = context;
    const others = [await open(), await open(), await open(), await open()];
    const calls = Promise.all(others.map((other, at) => other.exports.load.pause(at)));
    // Awaited below; until then a failure must not end the program.
    calls.catch(() => {});
    await side.whenPaused(others.length);
    const plugin = await open({
      limits: { drain: 50, grace: 200, memory: context.offers("memory-limit") ? 64 * 1024 * 1024 : 0 },
    });
    await bringDown(plugin, context);
    side.resume();
    deepEqual(await calls, [0, 1, 2, 3]);
    for (const other of others) equal(other.state, "active");
  };
}

export const crashCases: readonly Case[] = [
  ...casesOf("crash", {
    "throws-later": {
      title: "A plugin is restarted after a failure outside of any call",
      async run(context) {
        const plugin = await context.open();
        const [crashed, restarted] = [context.event("crashed"), context.event("restarted")];
        await crashLater(plugin);
        holds((await crashed).error.message.includes("thrown later"), (await crashed).error.message);
        await restarted;
        equal(plugin.state, "active");
        equal(await plugin.exports.version(), "1");
      },
    },
    "rejects-later": {
      title: "A plugin is restarted after an unhandled promise rejection",
      async run(context) {
        const plugin = await context.open();
        const [crashed, restarted] = [context.event("crashed"), context.event("restarted")];
        await crashLater(plugin, "rejectLater");
        holds((await crashed).error.message.includes("rejected later"), (await crashed).error.message);
        await restarted;
        equal(await plugin.exports.version(), "1");
      },
    },
    attributed: {
      title: "A failure is attributed to the right one of two instances, even after the other is closed",
      async run(context) {
        const plugin = await context.open();
        const other = await context.open();
        const [crashed, restarted] = [context.event("crashed"), context.event("restarted")];
        await crashLater(plugin, "rejectLater");
        equal((await crashed).plugin, plugin);
        equal(other.state, "active");
        await restarted;
        await other.close();
        const again = context.event("crashed");
        await crashLater(plugin, "rejectLater");
        equal((await again).plugin, plugin);
      },
    },
    waits: {
      title: "Calls that are made during a restart wait for it",
      async run(context) {
        const plugin = await context.open({ supervision: { backoff: { first: 50, jitter: 0 } } });
        const restarting = context.event("restarting");
        await crashLater(plugin);
        await restarting;
        equal(await plugin.exports.version(), "1");
      },
    },
    circuit: {
      title: "After too many crashes the circuit opens, and a swap closes it",
      requires: ["swap"],
      artifacts: ["kitchenSink", "kitchenSinkV2"],
      async run(context) {
        const plugin = await context.open({
          supervision: { crashes: 1, cooldown: 60_000, backoff: { first: 1, jitter: 0 } },
        });
        const restarted = context.event("restarted");
        await crashLater(plugin);
        await restarted;
        const opened = context.event("circuit-open");
        await crashLater(plugin);
        await opened;
        equal(plugin.state, "crashed");
        await rejects(plugin.exports.version(), "TENON_CIRCUIT_OPEN");
        await plugin.swap(context.artifact("kitchenSinkV2"));
        equal(await plugin.exports.version(), "2");
      },
    },
    "no-restart": {
      title: "With restart off, a crashed plugin stays down and can be closed",
      async run(context) {
        const plugin = await context.open({ supervision: { restart: false } });
        const crashed = context.event("crashed");
        await crashLater(plugin);
        await crashed;
        await rejects(plugin.exports.version(), "TENON_PLUGIN_CRASHED");
        await plugin.close();
        equal(plugin.state, "closed");
      },
    },
  }),
  ...casesOf("exit", {
    "in-a-call": {
      title: "A call that exits the thread or process rejects, and the plugin is restarted",
      async run(context) {
        const plugin = await context.open();
        const restarted = context.event("restarted");
        const error = await rejects(plugin.exports.crashes.exit(3), "TENON_PLUGIN_CRASHED");
        holds(causedBy(error, "TENON_PLACE_EXIT"), "no cause names the exit");
        await restarted;
        equal(await plugin.exports.version(), "1");
      },
    },
  }),
  ...casesOf("containment", {
    crash: {
      title: "A failure outside of any call does not affect other plugins",
      requires: ["crash", "callbacks"],
      run: undisturbed(async (plugin, { event }) => {
        const crashed = event("crashed");
        await crashLater(plugin);
        equal((await crashed).plugin, plugin);
      }),
    },
    exit: {
      title: "Exiting the thread or process does not affect other plugins",
      requires: ["exit", "callbacks"],
      run: undisturbed((plugin) => rejects(plugin.exports.crashes.exit(0), "TENON_PLUGIN_CRASHED")),
    },
    loop: {
      title: "An interrupted loop does not affect other plugins",
      requires: ["interrupt", "callbacks"],
      run: undisturbed((plugin) => rejects(plugin.with({ deadline: 100 }).waiting.spin(), "TENON_CALL_DEADLINE")),
    },
    memory: {
      title: "Running out of memory does not affect other plugins",
      requires: ["memory-limit", "callbacks"],
      run: undisturbed((plugin) => rejects(plugin.exports.limits.allocate(4096), "TENON_PLUGIN_CRASHED")),
    },
    close: {
      title: "Being closed by force does not affect other plugins",
      requires: ["interrupt", "callbacks"],
      run: undisturbed(async (plugin) => {
        const call = rejects(plugin.exports.waiting.spin(), "TENON_PLUGIN_CLOSED");
        await plugin.close();
        await call;
      }),
    },
  }),
];
