import { type Case, casesOf } from "../target/case.js";
import { causedBy, deepEqual, equal, holds, rejects } from "../target/expectations.js";

export const callControlCases: readonly Case[] = [
  ...casesOf("cancel", {
    reaches: {
      title: "A cancelled call rejects, and the plugin is notified",
      async run({ open }) {
        const plugin = await open();
        const controller = new AbortController();
        const call = plugin.with({ signal: controller.signal }).waiting.cancellable();
        await plugin.exports.version();
        controller.abort();
        await rejects(call, "TENON_CALL_ABORTED");
        equal(await plugin.exports.waiting.cancelled(), 1);
      },
    },
    before: {
      title: "A call that is cancelled before it begins does not reach the plugin",
      async run({ open, side }) {
        const plugin = await open();
        await rejects(plugin.with({ signal: AbortSignal.abort() }).load.tick(1), "TENON_CALL_ABORTED");
        await plugin.exports.version();
        deepEqual(side.served, []);
      },
    },
    one: {
      title: "Cancelling a call does not affect other calls",
      requires: ["callbacks"],
      async run({ open, side }) {
        const plugin = await open();
        const controller = new AbortController();
        const cancelled = plugin.with({ signal: controller.signal }).load.pause(1);
        const kept = plugin.exports.load.pause(2);
        await side.whenPaused(2);
        controller.abort();
        await rejects(cancelled, "TENON_CALL_ABORTED");
        side.resume();
        equal(await kept, 2);
      },
    },
    deadline: {
      title: "The plugin is notified of a deadline too",
      async run({ open }) {
        const plugin = await open();
        await rejects(plugin.with({ deadline: 50 }).waiting.cancellable(), "TENON_CALL_DEADLINE");
        equal(await plugin.exports.waiting.cancelled(), 1);
      },
    },
  }),
  ...casesOf("deadline", {
    call: {
      title: "A call that never settles rejects at its deadline, and the plugin keeps running",
      async run({ open }) {
        const plugin = await open();
        await plugin.exports.state.set("kept");
        const error = await rejects(plugin.with({ deadline: 50 }).waiting.stuck(), "TENON_CALL_DEADLINE");
        holds(error.message.includes("waiting.stuck"), error.message);
        equal(await plugin.exports.state.get(), "kept");
        equal(plugin.state, "active");
      },
    },
    plugin: {
      title: "The plugin's deadline applies to every call",
      async run({ open }) {
        const plugin = await open({ limits: { deadline: 500 } });
        await rejects(plugin.exports.waiting.stuck(), "TENON_CALL_DEADLINE");
        equal(await plugin.exports.version(), "1");
      },
    },
  }),
  ...casesOf("interrupt", {
    loop: {
      title: "An infinite loop is stopped at the deadline, and the plugin is restarted",
      async run(context) {
        const plugin = await context.open({ limits: { grace: 200 } });
        const restarted = context.event("restarted");
        const bystander = plugin.exports.waiting.stuck();
        const crashed = rejects(bystander, "TENON_PLUGIN_CRASHED");
        await rejects(plugin.with({ deadline: 100 }).waiting.spin(), "TENON_CALL_DEADLINE");
        await crashed;
        await restarted;
        equal(await plugin.exports.version(), "1");
      },
    },
    "right-after": {
      title: "A call made right after the deadline of a loop waits for the restart, and runs once",
      requires: ["callbacks"],
      async run({ open, side }) {
        const plugin = await open({ limits: { grace: 200 } });
        await rejects(plugin.with({ deadline: 100 }).waiting.spin(), "TENON_CALL_DEADLINE");
        const calls = [0, 1, 2].map((call) => plugin.exports.load.tick(call));
        deepEqual(await Promise.all(calls), ["1", "1", "1"]);
        deepEqual([...side.served].sort(), [0, 1, 2]);
      },
    },
    aborted: {
      title: "An infinite loop is stopped when its caller cancels",
      async run(context) {
        const plugin = await context.open({ limits: { grace: 200 } });
        const restarted = context.event("restarted");
        const controller = new AbortController();
        const call = plugin.with({ signal: controller.signal }).waiting.spin();
        setImmediate(() => controller.abort());
        await rejects(call, "TENON_CALL_ABORTED");
        await restarted;
        equal(await plugin.exports.version(), "1");
      },
    },
    close: {
      title: "A looping plugin can be closed",
      async run({ open }) {
        const plugin = await open({ limits: { drain: 50, grace: 200 } });
        const call = rejects(plugin.exports.waiting.spin(), "TENON_PLUGIN_CLOSED");
        const report = await plugin.close();
        await call;
        equal(report.forced, true);
      },
    },
  }),
  ...casesOf("concurrency", {
    many: {
      title: "Each of a thousand concurrent calls gets its own result",
      async run({ open }) {
        const { values } = (await open()).exports;
        const all = Array.from({ length: 1000 }, (_, at) => at);
        deepEqual(await Promise.all(all.map((number) => values.u32(number))), all);
      },
    },
    waiting: {
      title: "Waiting calls do not block others",
      requires: ["callbacks"],
      async run({ open, side }) {
        const { load, values } = (await open()).exports;
        const waiting = Promise.all([1, 2, 3].map((call) => load.pause(call)));
        await side.whenPaused(3);
        equal(await load.running(), 3);
        equal(await values.u8(9), 9);
        side.resume();
        deepEqual(await waiting, [1, 2, 3]);
      },
    },
    limit: {
      title: "No more calls run at the same time than the limit allows; the others wait their turn",
      requires: ["callbacks"],
      async run({ open, side }) {
        const plugin = await open({ limits: { concurrency: 2 } });
        const calls = Promise.all([1, 2, 3, 4, 5].map((call) => plugin.exports.load.pause(call)));
        await side.whenPaused(2);
        side.resume();
        deepEqual(await calls, [1, 2, 3, 4, 5]);
        equal(await plugin.exports.load.peak(), 2);
      },
    },
    queue: {
      title: "If the queue is full, calls are refused; waiting calls can be cancelled",
      requires: ["callbacks"],
      async run({ open, side }) {
        const plugin = await open({ limits: { concurrency: 1, queue: 1 } });
        const first = plugin.exports.load.pause(1);
        await side.whenPaused(1);
        const controller = new AbortController();
        const second = plugin.with({ signal: controller.signal }).load.pause(2);
        await rejects(plugin.exports.load.pause(3), "TENON_CALL_QUEUE_FULL");
        controller.abort();
        await rejects(second, "TENON_CALL_ABORTED");
        const fourth = plugin.exports.load.pause(4);
        side.resume();
        deepEqual(await Promise.all([first, fourth]), [1, 4]);
      },
    },
    crashed: {
      title: "Every call that is running during a crash is rejected once, and none is repeated",
      requires: ["exit", "callbacks"],
      async run(context) {
        const { side } = context;
        const plugin = await context.open();
        const running = [1, 2, 3].map((call) => rejects(plugin.exports.load.pause(call), "TENON_PLUGIN_CRASHED"));
        await side.whenPaused(3);
        const restarted = context.event("restarted");
        holds(
          causedBy(await rejects(plugin.exports.crashes.exit(3), "TENON_PLUGIN_CRASHED"), "TENON_PLACE_EXIT"),
          "no cause names the exit",
        );
        await Promise.all(running);
        await restarted;
        equal(await plugin.exports.load.peak(), 0);
      },
    },
  }),
];
