import { type Case, casesOf } from "../target/case.js";
import { deepEqual, equal, holds, rejects } from "../target/expectations.js";

const versions = ["kitchenSink", "kitchenSinkV2"] as const;

export const restCases: readonly Case[] = casesOf("rest", {
  "first-call": {
    title: "A plugin that starts with its first call is checked when it is opened, and has no instance before",
    async run({ open }) {
      const plugin = await open({ start: "first-call" });
      equal(plugin.state, "resting");
      equal(plugin.id, undefined);
      holds(plugin.symbols().includes("version"), "its functions are not known");
      deepEqual(await Promise.all([plugin.exports.version(), plugin.exports.version()]), ["1", "1"]);
      equal(plugin.state, "active");
    },
  },
  idle: {
    title: "An idle plugin rests, and has its state again after the next call",
    requires: ["state"],
    async run({ open, event }) {
      const plugin = await open({ idle: 4 });
      const rested = event("rested");
      await plugin.exports.state.set("naïve € 😀");
      const { report } = await rested;
      equal(report.forced, false);
      equal(plugin.state, "resting");
      const started = event("started");
      equal(await plugin.exports.state.get(), "naïve € 😀");
      await started;
    },
  },
  "under-load": {
    title: "10,000 calls while a plugin is started and put to rest again and again: none is lost, and none runs twice",
    requires: ["state"],
    async run({ open }) {
      const plugin = await open({ start: "first-call", idle: 2 });
      const bursts = [1, 499, 3, 247, 750, 2, 498, 500, 5, 995, 500, 1000];
      const totals: number[] = [];
      for (const [at, size] of bursts.entries()) {
        const calls = Array.from({ length: size }, () => plugin.exports.state.increment());
        // Half of them come while it is put to rest, and wait for the next start.
        const rest = at % 2 === 0 ? plugin.rest() : undefined;
        const others = Array.from({ length: size }, () => plugin.exports.state.increment());
        await rest;
        totals.push(...(await Promise.all([...calls, ...others])));
        if (at % 3 === 0) await plugin.rest();
      }
      const count = 2 * bursts.reduce((sum, size) => sum + size);
      equal(new Set(totals).size, count);
      equal(await plugin.exports.state.total(), count);
    },
  },
  objects: {
    title: "A plugin whose objects are in use is not put to rest",
    requires: ["resources"],
    async run({ open }) {
      const plugin = await open({ limits: { drain: 50 } });
      const counter = await plugin.exports.counters.make(3);
      await rejects(plugin.rest(), "TENON_REST_BUSY");
      equal(await counter.increment(1), 4);
      await counter[Symbol.asyncDispose]();
      await plugin.rest();
      equal(plugin.state, "resting");
    },
  },
  streams: {
    title: "A plugin is put to rest only once its streams have ended",
    requires: ["streams"],
    async run({ open }) {
      const plugin = await open();
      const stream = await plugin.exports.streams.count(20);
      const rest = plugin.rest();
      // Awaited below; a failure before that must not end the program.
      rest.catch(() => {});
      const read = [];
      for await (const number of stream) {
        equal(plugin.state, "active");
        read.push(number);
      }
      equal(read.length, 20);
      await rest;
      equal(plugin.state, "resting");
    },
  },
  swap: {
    title: "A swap of a resting plugin starts nothing, and the new artifact gets the saved state with the next call",
    requires: ["state"],
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open();
      await plugin.exports.state.set("kept");
      await plugin.rest();
      equal((await plugin.swap(artifact("kitchenSinkV2"))).state, "kept");
      equal(plugin.state, "resting");
      equal(await plugin.exports.version(), "2");
      equal(await plugin.exports.state.get(), "kept");
    },
  },
  "refuses-state": {
    title: "If the saved state cannot be restored, calls are rejected, and the state is kept for another artifact",
    artifacts: ["kitchenSink", "kitchenSinkV2", "refusesState"],
    async run({ open, artifact }) {
      const plugin = await open();
      await plugin.exports.state.set("kept");
      await plugin.rest();
      await plugin.swap(artifact("refusesState"));
      await rejects(plugin.exports.version(), "TENON_STATE_FAILED");
      equal(plugin.state, "resting");
      await plugin.swap(artifact("kitchenSinkV2"));
      equal(await plugin.exports.state.get(), "kept");
    },
  },
  close: {
    title: "A plugin that is closed while it is started or put to rest ends, and the calls that waited are rejected",
    async run({ open }) {
      for (const action of ["start", "rest"] as const) {
        const plugin = await open({ start: "first-call" });
        if (action === "rest") await plugin.start();
        const transition = plugin[action]();
        transition.catch(() => {});
        const call = plugin.exports.version();
        call.catch(() => {});
        const closing = plugin.close();
        const [outcome] = await Promise.allSettled([call]);
        if (outcome.status === "rejected") await rejects(call, "TENON_PLUGIN_CLOSED");
        await closing;
        await Promise.allSettled([transition]);
        equal(plugin.state, "closed");
      }
    },
  },
  everything: {
    title: "Calls, swaps, starts, rests and a close at the same time end in an answer or a coded error",
    requires: ["state"],
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open({ start: "first-call", idle: 1 });
      const { state } = plugin.exports;
      const all = await Promise.allSettled<unknown>([
        state.increment(),
        plugin.swap(artifact("kitchenSinkV2")),
        plugin.rest(),
        state.increment(),
        plugin.start(),
        plugin.rest(),
        plugin.swap(artifact("kitchenSink")),
        state.increment(),
      ]);
      const failed = all.flatMap((each) => (each.status === "rejected" ? [each.reason.code] : []));
      deepEqual(failed, ["TENON_SWAP_BUSY"]);
      equal(await state.total(), 3);
    },
  },
});
