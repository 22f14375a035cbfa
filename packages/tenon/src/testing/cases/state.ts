import type { Plugin } from "../../host/index.js";
import { type Case, casesOf } from "../target/case.js";
import { deepEqual, equal, holds, rejects } from "../target/expectations.js";
import { turn } from "../target/host-side.js";
import type { KitchenSink } from "../target/kitchen-sink.js";

const versions = ["kitchenSink", "kitchenSinkV2"] as const;

/**
 * Starts callers that increment counters of the plugin without pause. A counter whose instance was replaced is exchanged for
 * a new one; its next increment must then be the first one, because a call that is rejected for it has not run.
 */
function countUp({ exports }: Plugin<KitchenSink>) {
  let answered = 0;
  let gone = 0;
  let running = true;
  const caller = async () => {
    while (running) {
      const counter = await exports.counters.make(0);
      for (let expected = 1; running; expected++) {
        try {
          equal(await counter.increment(1), expected);
          answered++;
        } catch (error) {
          await rejects(Promise.reject(error), "TENON_RESOURCE_GONE");
          gone++;
          break;
        }
        await turn();
      }
    }
  };
  const callers = Promise.all([caller(), caller(), caller(), caller()]);
  // Awaited by the case; a failure before that must not end the program.
  callers.catch(() => {});
  return {
    get answered() {
      return answered;
    },
    /** Resolves after so many more answers. */
    async more(count: number) {
      const enough = answered + count;
      while (answered < enough) await Promise.race([turn(), callers]);
    },
    async stop() {
      running = false;
      await callers;
      return { answered, gone };
    },
  };
}

export const stateCases: readonly Case[] = casesOf("state", {
  migrates: {
    title: "A swap hands the state over to the new instance",
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open();
      await plugin.exports.state.set("naïve € 😀");
      const report = await plugin.swap(artifact("kitchenSinkV2"));
      equal(report.state, "migrated");
      equal(await plugin.exports.state.get(), "naïve € 😀");
      equal(await plugin.exports.version(), "2");
    },
  },
  "under-load": {
    title: "A swap under load loses no change of the state",
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open();
      let calls = 0;
      let running = true;
      const caller = async () => {
        while (running) {
          await plugin.exports.state.increment();
          calls++;
          await turn();
        }
      };
      const callers = Promise.all([caller(), caller(), caller(), caller()]);
      // Awaited below; a failure before that must not end the program.
      callers.catch(() => {});
      try {
        for (const next of ["kitchenSinkV2", "kitchenSink", "kitchenSinkV2"] as const) {
          const enough = calls + 50;
          while (calls < enough) await turn();
          await plugin.swap(artifact(next));
        }
      } finally {
        running = false;
      }
      await callers;
      equal(await plugin.exports.state.total(), calls);
    },
  },
  objects: {
    title: "While a swap hands over state, an object's method is answered, or is rejected before it runs",
    requires: ["resources"],
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open();
      const load = countUp(plugin);
      for (const next of ["kitchenSinkV2", "kitchenSink", "kitchenSinkV2"] as const) {
        await load.more(20);
        equal((await plugin.swap(artifact(next))).state, "migrated");
      }
      await load.more(20);
      const { gone } = await load.stop();
      holds(gone > 0, "no object was of an old instance");
    },
  },
  "objects-rolled-back": {
    title: "If handing over the state fails, the methods of objects that were called meanwhile run in the old instance",
    requires: ["resources"],
    artifacts: ["kitchenSink", "refusesState"],
    async run({ open, artifact }) {
      const plugin = await open();
      const load = countUp(plugin);
      await load.more(20);
      await rejects(plugin.swap(artifact("refusesState")), "TENON_STATE_FAILED");
      await load.more(20);
      equal((await load.stop()).gone, 0);
    },
  },
  "open-streams": {
    title: "A swap that hands over state waits for open streams, and their reader can call the plugin for each element",
    requires: ["streams"],
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open();
      const stream = await plugin.exports.streams.count(100);
      const swap = plugin.swap(artifact("kitchenSinkV2"));
      // Awaited below; a failure before that must not end the program.
      swap.catch(() => {});
      const read = [];
      for await (const number of stream) {
        await plugin.exports.state.increment();
        read.push(number);
      }
      deepEqual(
        read,
        Array.from({ length: 100 }, (_, at) => at),
      );
      equal((await swap).state, "migrated");
      equal(await plugin.exports.state.total(), 100);
    },
  },
  "pending-futures": {
    title: "A swap that hands over state waits for pending futures",
    requires: ["futures"],
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open();
      const [now, later] = await plugin.exports.futures.later("value");
      const swap = plugin.swap(artifact("kitchenSinkV2"));
      equal(now, "now");
      equal(await later, "value");
      equal((await swap).state, "migrated");
    },
  },
  "not-json": {
    title: "A swap with a state that is not JSON is rolled back",
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open();
      await plugin.exports.state.set("kept");
      await plugin.exports.state.saveWrongly();
      await rejects(plugin.swap(artifact("kitchenSinkV2")), "TENON_STATE_FAILED");
      equal(await plugin.exports.version(), "1");
      equal(await plugin.exports.state.get(), "kept");
    },
  },
});
