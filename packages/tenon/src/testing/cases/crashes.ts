import { type Case, casesOf } from "../case.js";
import { causedBy, equal, holds, rejects } from "../expectations.js";

export const crashCases: readonly Case[] = [
  ...casesOf("crash", {
    "throws-later": {
      title: "A failure outside of any call is noticed, and the plugin restarted",
      async run(context) {
        const plugin = await context.open();
        const [crashed, restarted] = [context.event("crashed"), context.event("restarted")];
        equal(await plugin.exports.crashes.throwLater(), 1);
        holds((await crashed).error.message.includes("thrown later"), (await crashed).error.message);
        await restarted;
        equal(plugin.state, "active");
        equal(await plugin.exports.version(), "1");
      },
    },
    "rejects-later": {
      title: "A rejected promise that nobody handles is noticed, and the plugin restarted",
      async run(context) {
        const plugin = await context.open();
        const [crashed, restarted] = [context.event("crashed"), context.event("restarted")];
        equal(await plugin.exports.crashes.rejectLater(), 1);
        holds((await crashed).error.message.includes("rejected later"), (await crashed).error.message);
        await restarted;
        equal(await plugin.exports.version(), "1");
      },
    },
    waits: {
      title: "Calls that are made while it restarts wait for it",
      async run(context) {
        const plugin = await context.open({ supervision: { backoff: { first: 50, jitter: 0 } } });
        const restarting = context.event("restarting");
        await plugin.exports.crashes.throwLater();
        await restarting;
        equal(await plugin.exports.version(), "1");
      },
    },
    circuit: {
      title: "After too many crashes the circuit opens, and a swap closes it",
      requires: ["swap"],
      artifacts: ["kitchenSink", "kitchenSinkV2"],
      async run(context) {
        const plugin = await context.open({ supervision: { crashes: 1, cooldown: 60_000, backoff: { first: 1, jitter: 0 } } });
        const restarted = context.event("restarted");
        await plugin.exports.crashes.throwLater();
        await restarted;
        const opened = context.event("circuit-open");
        await plugin.exports.crashes.throwLater();
        await opened;
        equal(plugin.state, "crashed");
        await rejects(plugin.exports.version(), "TENON_CIRCUIT_OPEN");
        await plugin.swap(context.artifact("kitchenSinkV2"));
        equal(await plugin.exports.version(), "2");
      },
    },
    "no-restart": {
      title: "Without restart it stays down, and can be closed",
      async run(context) {
        const plugin = await context.open({ supervision: { restart: false } });
        const crashed = context.event("crashed");
        await plugin.exports.crashes.throwLater();
        await crashed;
        await rejects(plugin.exports.version(), "TENON_PLUGIN_CRASHED");
        await plugin.close();
        equal(plugin.state, "closed");
      },
    },
    others: {
      title: "The crash of one plugin does not disturb a call in another",
      requires: ["callbacks"],
      async run(context) {
        const { side } = context;
        const bystander = await context.open();
        const running = bystander.exports.load.pause(7);
        await side.whenPaused(1);
        const plugin = await context.open();
        const crashed = context.event("crashed");
        await plugin.exports.crashes.throwLater();
        equal((await crashed).plugin, plugin);
        equal(await bystander.exports.values.u8(1), 1);
        side.resume();
        equal(await running, 7);
        equal(bystander.state, "active");
      },
    },
  }),
  ...casesOf("exit", {
    "in-a-call": {
      title: "Ending the thread or process in a call rejects the call, and the plugin is restarted",
      async run(context) {
        const plugin = await context.open();
        const restarted = context.event("restarted");
        const error = await rejects(plugin.exports.crashes.exit(3), "TENON_PLUGIN_CRASHED");
        holds(causedBy(error, "TENON_PLACE_EXIT"), "no cause tells of the exit");
        await restarted;
        equal(await plugin.exports.version(), "1");
      },
    },
    others: {
      title: "And does not disturb a call in another plugin",
      requires: ["callbacks"],
      async run(context) {
        const { side } = context;
        const bystander = await context.open();
        const running = bystander.exports.load.pause(7);
        await side.whenPaused(1);
        const plugin = await context.open();
        await rejects(plugin.exports.crashes.exit(0), "TENON_PLUGIN_CRASHED");
        side.resume();
        equal(await running, 7);
      },
    },
  }),
];
