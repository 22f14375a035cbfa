import type { Plugin } from "../../host/index.js";
import { type Case, type CaseContext, casesOf } from "../target/case.js";
import { deepEqual, equal, holds, rejects } from "../target/expectations.js";
import { turn } from "../target/host-side.js";
import type { KitchenSink } from "../target/kitchen-sink.js";
import type { ArtifactName } from "../target/target.js";

/** Starts callers that call without pause until they are stopped; each call has its own number. */
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
  // Awaited by the caller; a failure before that must not end the program.
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

/** Expects that a failed swap changes nothing. */
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
    title: "A swap under load loses no call and runs none twice",
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
    title: "Functions that were taken from the handle before a swap call the new instance",
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
  integrity: {
    title: "A plugin with a digest is swapped only for one that has it, or whose digest is given",
    artifacts: versions,
    async run({ open, artifact }) {
      const next = artifact("kitchenSinkV2");
      const { digest } = await open();
      const { digest: nextDigest } = await open({ artifact: "kitchenSinkV2" });
      // That such a plugin cannot be opened with a digest is a case of its own.
      if (digest === undefined || nextDigest === undefined) return;
      const plugin = await open({ integrity: digest });
      await rejects(plugin.swap(next), "TENON_INTEGRITY_MISMATCH");
      equal(await plugin.exports.version(), "1");
      await plugin.swap();
      await plugin.swap(next, { integrity: nextDigest });
      equal(await plugin.exports.version(), "2");
      equal(plugin.digest, nextDigest);
    },
  },
  running: {
    title: "A call that is running in the old instance finishes there",
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
    title: "A swap without an artifact reads the same path again",
    async run({ open }) {
      const plugin = await open();
      const report = await plugin.swap();
      equal(report.from.artifact, report.to.artifact);
      equal(await plugin.exports.version(), "1");
    },
  },
  closes: {
    title: "A swap closes the old instance and releases its objects",
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
    title: "A second swap is refused while the first is running",
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
    title: "Closing during a swap ends both instances, and the swap says so",
    artifacts: versions,
    async run({ open, artifact, host }) {
      const plugin = await open();
      const swap = rejects(plugin.swap(artifact("kitchenSinkV2")), "TENON_PLUGIN_CLOSED");
      await plugin.close();
      const { message } = await swap;
      holds(message.includes("swap") && message.includes("the plugin was closed"), message);
      equal(plugin.state, "closed");
      await rejects(plugin.exports.version(), "TENON_PLUGIN_CLOSED");
      equal(host.plugins.length, 0);
    },
  },
  exclusive: {
    title: "An exclusive swap ends the old instance before the new one starts, and calls wait",
    requires: ["callbacks", "state"],
    artifacts: versions,
    async run({ open, side, artifact }) {
      const plugin = await open();
      await plugin.exports.state.set("kept");
      const load = startLoad(plugin);
      await load.answered(50);
      const report = await plugin.swap(artifact("kitchenSinkV2"), { exclusive: true });
      equal(report.state, "migrated");
      await load.answered(50);
      const { calls, versions } = await load.stop();
      equal(versions.length, calls);
      deepEqual(
        [...side.served].sort((a, b) => a - b),
        Array.from({ length: calls }, (_, at) => at),
      );
      equal(versions.at(-1), "2");
      equal(await plugin.exports.state.get(), "kept");
    },
  },
  "exclusive-fails": {
    title:
      "If the new instance of an exclusive swap fails, the old one is started again with its state, and no call is lost",
    requires: ["callbacks", "state"],
    artifacts: ["kitchenSink", "throwsAtLoad"],
    async run({ open, event, artifact }) {
      const plugin = await open();
      await plugin.exports.state.set("kept");
      const failed = event("swap-failed");
      const load = startLoad(plugin);
      await load.answered(20);
      const error = await rejects(plugin.swap(artifact("throwsAtLoad"), { exclusive: true }), "TENON_LOAD_FAILED");
      equal((await failed).error, error);
      await load.answered(20);
      const { calls, versions } = await load.stop();
      equal(versions.length, calls);
      deepEqual([...new Set(versions)], ["1"]);
      equal(await plugin.exports.state.get(), "kept");
      equal(plugin.state, "active");
    },
  },
  missing: {
    title: "A swap to a missing artifact is rolled back",
    async run({ open }) {
      const plugin = await open();
      await rejects(plugin.swap("no-such-plugin.js"), "TENON_ARTIFACT_MISSING");
      equal(await plugin.exports.version(), "1");
    },
  },
  "missing-export": {
    title: "A swap to a plugin that does not fit is rolled back",
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
    title: "A swap to another contract is rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "otherContract"],
    run: rolledBack("otherContract", "TENON_CONTRACT_BREAKS"),
  },
  "throws-at-load": {
    title: "A swap to a plugin that fails to load is rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "throwsAtLoad"],
    run: rolledBack("throwsAtLoad", "TENON_LOAD_FAILED"),
  },
  "exits-at-load": {
    title: "A swap to a plugin that exits while it loads is rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "exitsAtLoad"],
    run: rolledBack("exitsAtLoad", "TENON_LOAD_FAILED"),
  },
  "waits-at-load": {
    title: "A swap to a plugin that never finishes loading is rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "waitsAtLoad"],
    run: rolledBack("waitsAtLoad", "TENON_LOAD_DEADLINE"),
  },
  unhealthy: {
    title: "A swap to a plugin that is not healthy is rolled back",
    requires: ["callbacks"],
    artifacts: ["kitchenSink", "unhealthy"],
    run: rolledBack("unhealthy", "TENON_HEALTH_FAILED"),
  },
  "refuses-state": {
    title: "A swap to a plugin that refuses the state is rolled back",
    requires: ["callbacks", "state"],
    artifacts: ["kitchenSink", "refusesState"],
    run: rolledBack("refusesState", "TENON_STATE_FAILED"),
  },
});
