import { type Case, casesOf } from "../target/case.js";
import { deepEqual, equal, holds, rejects, throws } from "../target/expectations.js";

export const syncCases: readonly Case[] = [
  ...casesOf("sync", {
    answers: {
      title: "Synchronous functions return values without a promise",
      async run({ open }) {
        const { sync } = await open();
        equal(sync.version(), "1");
        equal(sync.values.u64(2n ** 64n - 1n), 2n ** 64n - 1n);
        deepEqual(sync.values.strings(["a", "b"]), ["a", "b"]);
      },
    },
    errors: {
      title: "Synchronous functions throw their failures",
      async run({ open }) {
        const { sync } = await open();
        equal((throws(() => sync.errors.check(""), "TENON_CALL_RESULT") as { payload: unknown }).payload, "empty");
        throws(() => sync.errors.fail("broken on purpose"), "TENON_CALL_THREW");
        throws(() => sync.values.u8(256), "TENON_VALUE_TYPE");
        equal(sync.version(), "1");
      },
    },
    mixed: {
      title: "A synchronous call works while other calls are running",
      async run({ open, side }) {
        const plugin = await open();
        const running = plugin.exports.load.pause(7);
        await side.whenPaused(1);
        equal(plugin.sync.values.u32(9), 9);
        side.resume();
        equal(await running, 7);
      },
    },
    resources: {
      title: "Objects of the plugin can be made, used and released synchronously",
      requires: ["resources"],
      async run({ open }) {
        const { sync } = await open();
        const counter = new sync.counters.Counter(5);
        equal(counter.increment(2), 7);
        equal(sync.counters.read(counter), 7);
        counter[Symbol.dispose]();
        throws(() => counter.value(), "TENON_RESOURCE_GONE");
      },
    },
    interrupt: {
      title: "A loop in a synchronous call is interrupted at the deadline",
      requires: ["interrupt"],
      async run(context) {
        const plugin = await context.open({ limits: { deadline: 1000, grace: 200 } });
        const restarted = context.event("restarted");
        throws(() => plugin.sync.waiting.spin(), "TENON_CALL_DEADLINE", "TENON_PLUGIN_CRASHED");
        await restarted;
        equal(await plugin.exports.version(), "1");
      },
    },
    close: {
      title: "A closed plugin refuses synchronous calls",
      async run({ open }) {
        const plugin = await open();
        await plugin.close();
        throws(() => plugin.sync.version(), "TENON_PLUGIN_CLOSED");
      },
    },
  }),
  ...casesOf("errors", {
    "sync-or-refused": {
      title: "A synchronous call returns, or is refused with TENON_SYNC_UNAVAILABLE; both leave the plugin as it was",
      async run({ open, offers }) {
        const plugin = await open();
        if (offers("sync")) equal(plugin.sync.version(), "1");
        else
          holds(
            throws(() => plugin.sync.version(), "TENON_SYNC_UNAVAILABLE").message.includes("version"),
            "it names no function",
          );
        equal(await plugin.exports.version(), "1");
        await rejects(plugin.exports.errors.check(""), "TENON_CALL_RESULT");
      },
    },
  }),
];
