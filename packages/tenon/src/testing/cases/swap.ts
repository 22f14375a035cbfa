import type { Plugin } from "../../host/index.js";
import { type Case, type CaseContext, casesOf } from "../case.js";
import { deepEqual, equal, holds, rejects } from "../expectations.js";
import { turn } from "../host-side.js";
import type { KitchenSink } from "../kitchen-sink.js";
import type { ArtifactName } from "../target.js";

/** Callers that never pause, until they are told; each call has a number of its own. */
function startLoad({ exports }: Plugin<KitchenSink>) {
  let calls = 0;
  let running = true;
  const versions: string[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const caller = async () => {
    while (running) {
      versions.push(await exports.load.tick(calls++));
      for (const { count, resolve } of waiting) if (versions.length >= count) resolve();
      // Inline, calls settle without the event loop turning, and a swap needs it to.
      await turn();
    }
  };
  const callers = Promise.all(Array.from({ length: 8 }, caller));
  // Awaited by whoever asks; a failure before that must not end the program.
  callers.catch(() => {});
  return {
    answered: (more: number) =>
      Promise.race([callers, new Promise<void>((resolve) => waiting.push({ count: versions.length + more, resolve }))]),
    async stop() {
      running = false;
      await callers;
      return { calls, versions };
    },
  };
}

/** A swap that fails is as if it had not been tried. */
function rolledBack(
  name: ArtifactName,
  ...codes: Parameters<typeof rejects>[1][]
): (context: CaseContext) => Promise<void> {
  return async (context) => {
    const plugin = await context.open({ limits: name === "waitsAtLoad" ? { load: 4000 } : {} });
    await plugin.exports.state.set("kept");
    const failed = context.event("swap-failed");
    const load = startLoad(plugin);
    await load.answered(20);
    const error = await rejects(plugin.swap(context.artifact(name)), ...codes);
    holds(error.message.includes("rolled back"), `${error.message}: does not say that it was rolled back`);
    equal((await failed).error, error);
    await load.answered(20);
    const { versions } = await load.stop();
    deepEqual([...new Set(versions)], ["1"]);
    equal(await plugin.exports.state.get(), "kept");
    equal(plugin.state, "active");
  };
}

const versions = ["kitchenSink", "kitchenSinkV2"] as const;

export const swapCases: readonly Case[] = casesOf("swap", {
  "under-load": {
    title: "Under load: no call is lost, none runs twice, and both versions answered",
    requires: ["callbacks"],
    artifacts: versions,
    async run({ open, side, artifact }) {
      const plugin = await open();
      const load = startLoad(plugin);
      await load.answered(50);
      const report = await plugin.swap(artifact("kitchenSinkV2"));
      await load.answered(50);
      const back = await plugin.swap(artifact("kitchenSink"));
      await load.answered(50);
      const { calls, versions } = await load.stop();
      equal(versions.length, calls);
      deepEqual(
        [...side.served].sort((a, b) => a - b),
        Array.from({ length: calls }, (_, at) => at),
      );
      deepEqual([...new Set(versions)].sort(), ["1", "2"]);
      equal(report.to.artifact, back.from.artifact);
      equal(await plugin.exports.version(), "1");
    },
  },
  handle: {
    title: "Functions that were taken from the handle before go to the new instance",
    artifacts: versions,
    async run(context) {
      const plugin = await context.open();
      const { version } = plugin.exports;
      const found = plugin.lookup("version");
      const swapped = context.event("swapped");
      const report = await plugin.swap(context.artifact("kitchenSinkV2"));
      equal((await swapped).report, report);
      equal(await version(), "2");
      equal(await found(), "2");
      equal(await plugin.exports.extra?.(), "extra");
      equal(plugin.artifact, report.to.artifact);
    },
  },
  running: {
    title: "A call that runs in the old instance ends there",
    requires: ["callbacks"],
    artifacts: versions,
    async run({ open, side, artifact }) {
      const plugin = await open();
      const running = plugin.exports.load.pause(7);
      await side.whenPaused(1);
      const swap = plugin.swap(artifact("kitchenSinkV2"));
      side.resume();
      equal(await running, 7);
      await swap;
      equal(await plugin.exports.version(), "2");
    },
  },
  again: {
    title: "The same path, read again",
    async run({ open }) {
      const plugin = await open();
      const report = await plugin.swap();
      equal(report.from.artifact, report.to.artifact);
      equal(await plugin.exports.version(), "1");
    },
  },
  closes: {
    title: "The old instance is closed, and its objects are released",
    requires: ["resources", "callbacks"],
    artifacts: versions,
    async run({ open, side, artifact }) {
      const plugin = await open();
      await plugin.exports.buckets.keep(new side.Bucket("kept") as never);
      const { closed } = await plugin.swap(artifact("kitchenSinkV2"));
      equal(side.buckets[0]?.disposals, 1);
      holds(closed.resources >= 1, `the report tells of ${closed.resources} resources`);
      equal(closed.forced, false);
    },
  },
  busy: {
    title: "Two swaps at once: the second is refused, the first goes on",
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open();
      const first = plugin.swap(artifact("kitchenSinkV2"));
      await rejects(plugin.swap(artifact("kitchenSinkV2")), "TENON_SWAP_BUSY");
      await first;
      equal(await plugin.exports.version(), "2");
    },
  },
  closed: {
    title: "A closed plugin cannot be swapped",
    artifacts: versions,
    async run({ open, artifact }) {
      const plugin = await open();
      await plugin.close();
      await rejects(plugin.swap(artifact("kitchenSinkV2")), "TENON_PLUGIN_CLOSED");
    },
  },
  "closed-meanwhile": {
    title: "Closing while a swap is under way ends both instances",
    artifacts: versions,
    async run({ open, artifact, host }) {
      const plugin = await open();
      const swap = plugin.swap(artifact("kitchenSinkV2")).then(
        () => "swapped",
        (error: unknown) => rejects(Promise.reject(error), "TENON_PLUGIN_CLOSED").then(() => "refused"),
      );
      await plugin.close();
      await swap;
      equal(plugin.state, "closed");
      await rejects(plugin.exports.version(), "TENON_PLUGIN_CLOSED");
      equal(host.plugins.length, 0);
    },
  },
  missing: {
    title: "To nothing: rolled back",
    async run({ open }) {
      const plugin = await open();
      await rejects(plugin.swap("no-such-plugin.js"), "TENON_ARTIFACT_MISSING");
      equal(await plugin.exports.version(), "1");
    },
  },
  "missing-export": {
    title: "To one that does not fit: rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "missingExport"],
    run: rolledBack(
      "missingExport",
      "TENON_EXPORT_MISSING",
      "TENON_CONTRACT_BREAKS",
      "TENON_WASM_EXPORT_MISSING",
      "TENON_SOURCE_INVALID",
    ),
  },
  "other-contract": {
    title: "To another contract: rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "otherContract"],
    run: rolledBack("otherContract", "TENON_CONTRACT_BREAKS"),
  },
  "throws-at-load": {
    title: "To one that fails at load: rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "throwsAtLoad"],
    run: rolledBack("throwsAtLoad", "TENON_LOAD_FAILED"),
  },
  "exits-at-load": {
    title: "To one that ends its process at load: rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "exitsAtLoad"],
    run: rolledBack("exitsAtLoad", "TENON_LOAD_FAILED"),
  },
  "waits-at-load": {
    title: "To one that never finishes loading: rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "waitsAtLoad"],
    run: rolledBack("waitsAtLoad", "TENON_LOAD_DEADLINE"),
  },
  unhealthy: {
    title: "To one that is not healthy: rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "unhealthy"],
    run: rolledBack("unhealthy", "TENON_HEALTH_FAILED"),
  },
  "refuses-state": {
    title: "To one that refuses the state: rolled back",
    requires: ["callbacks", "state"],
    artifacts: ["kitchenSink", "refusesState"],
    run: rolledBack("refusesState", "TENON_STATE_FAILED"),
  },
});
