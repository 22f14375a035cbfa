import { type Case, casesOf } from "../case.js";
import { equal, rejects } from "../expectations.js";
import { turn } from "../host-side.js";

const versions = ["kitchenSink", "kitchenSinkV2"] as const;

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
