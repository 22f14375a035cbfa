import { type Case, casesOf } from "../target/case.js";
import { equal, holds, rejects } from "../target/expectations.js";

export const closeCases: readonly Case[] = casesOf("close", {
  report: {
    title: "close ends the instance and reports the proof; closing again returns the same report",
    async run(context) {
      const plugin = await context.open();
      const { id } = plugin;
      const closed = context.event("closed");
      const report = await plugin.close();
      equal((await closed).report, report);
      equal(report.forced, false);
      equal(report.resources, 0);
      equal(await plugin.close(), report);
      holds(
        proofs[context.target.place]?.includes(report.proof) ?? true,
        `${report.proof} proves nothing for ${context.target.place}`,
      );
      if (report.proof === "process-exited") holds(!processExists(id), `process ${id} is still there`);
    },
  },
  refuses: {
    title: "A closed plugin refuses every call",
    async run({ open }) {
      const plugin = await open();
      const { version } = plugin.exports;
      await plugin.close();
      await rejects(version(), "TENON_PLUGIN_CLOSED");
      await rejects(plugin.exports.values.u8(1), "TENON_PLUGIN_CLOSED");
      await rejects(plugin.call("version", []), "TENON_PLUGIN_CLOSED");
      await rejects(plugin.lookup("version")(), "TENON_PLUGIN_CLOSED");
    },
  },
  running: {
    title: "Running calls can finish during close; new ones are refused",
    requires: ["callbacks"],
    async run({ open, side }) {
      const plugin = await open();
      const running = plugin.exports.load.pause(7);
      await side.whenPaused(1);
      const closing = plugin.close();
      await rejects(plugin.exports.version(), "TENON_PLUGIN_CLOSED");
      side.resume();
      equal(await running, 7);
      equal((await closing).forced, false);
    },
  },
  stuck: {
    title: "A call that does not finish in time is rejected",
    async run({ open }) {
      const plugin = await open({ limits: { drain: 20 } });
      const call = rejects(plugin.exports.waiting.stuck(), "TENON_PLUGIN_CLOSED");
      await plugin.close();
      await call;
      equal(plugin.state, "closed");
    },
  },
  streams: {
    title: "close breaks streams that are still being read, and notifies their writers",
    requires: ["streams"],
    async run({ open }) {
      const plugin = await open({ limits: { drain: 20 } });
      const iterator = (await plugin.exports.streams.endless())[Symbol.asyncIterator]();
      await iterator.next();
      const told = { ended: false };
      async function* numbers() {
        try {
          for (;;) yield 1;
        } finally {
          told.ended = true;
        }
      }
      const doubled = (await plugin.exports.streams.double(numbers()))[Symbol.asyncIterator]();
      await doubled.next();
      await plugin.close();
      const readOn = async (stream: AsyncIterator<unknown>) => {
        for (;;) if ((await stream.next()).done) throw new Error("the stream ended as if it were complete");
      };
      await rejects(readOn(iterator), "TENON_STREAM_BROKEN");
      await rejects(readOn(doubled), "TENON_STREAM_BROKEN");
      holds(told.ended, "the host's stream was not told");
    },
  },
  "at-once": {
    title: "A plugin can be closed right after it opens, and opened again",
    async run({ open }) {
      const plugins = await Promise.all([open(), open(), open()]);
      await Promise.all(plugins.map((plugin) => plugin.close()));
      equal(await (await open()).exports.version(), "1");
    },
  },
  "again-and-again": {
    title: "A plugin can be opened and closed twenty times in a row",
    async run({ open, host }) {
      for (let round = 0; round < 20; round++) {
        const plugin = await open();
        equal(await plugin.exports.version(), "1");
        await plugin.close();
      }
      equal(host.plugins.length, 0);
    },
  },
  dispose: {
    title: "`await using` closes the plugin",
    async run({ open }) {
      const plugin = await open();
      await plugin[Symbol.asyncDispose]();
      equal(plugin.state, "closed");
    },
  },
  host: {
    title: "Closing the host closes its plugins, and it refuses to open more",
    async run({ target, artifact, contract, side }) {
      const host = target.createHost();
      const options = { place: target.place, imports: side.imports, fresh: true };
      const plugins = [
        await host.open(artifact("kitchenSink"), contract, options),
        await host.open(artifact("kitchenSink"), contract, options),
      ];
      await host.close();
      for (const plugin of plugins) {
        equal(plugin.state, "closed");
        await rejects(plugin.exports.version(), "TENON_PLUGIN_CLOSED");
      }
      await rejects(host.open(artifact("kitchenSink"), contract, options), "TENON_PLUGIN_CLOSED");
    },
  },
});

/** How each of Tenon's places proves that nothing is left. */
const proofs: Readonly<Record<string, readonly string[]>> = {
  inline: ["collectable"],
  worker: ["thread-ended"],
  "worker-pool": ["connection-closed"],
  process: ["process-exited"],
};

function processExists(id: number | undefined): boolean {
  if (id === undefined) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}
