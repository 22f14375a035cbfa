import type { HostEvents } from "../../host/index.js";
import { type Case, casesOf } from "../target/case.js";
import { deepEqual, equal, holds, rejects, throws } from "../target/expectations.js";

/** The digest of no bytes, which nothing that runs has. */
const noDigest = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

export const openCases: readonly Case[] = casesOf("open", {
  handle: {
    title: "The handle reports what was opened",
    async run(context) {
      const opened = context.event("opened");
      const changes: HostEvents["state"][] = [];
      const unlisten = context.host.on("state", (change) => changes.push(change));
      const plugin = await context.open();
      equal((await opened).plugin, plugin);
      equal(plugin.state, "active");
      equal(plugin.contract, context.contract);
      equal(await plugin.exports.version(), "1");
      holds(["none", "contained", "sandboxed"].includes(plugin.isolation.level), plugin.isolation.level);
      holds(context.host.plugins.includes(plugin), "host.plugins does not list it");
      equal(await plugin.close().then(() => plugin.state), "closed");
      unlisten();
      const own = changes.filter((change) => change.plugin === plugin);
      deepEqual(
        own.map(({ from, to }) => `${from} > ${to}`),
        ["opening > active", "active > draining", "draining > closed"],
      );
      holds(!context.host.plugins.includes(plugin), "host.plugins lists it after its end");
    },
  },
  lookup: {
    title: "Functions can be looked up by name, destructured, and called with options",
    async run({ open }) {
      const plugin = await open();
      equal(await plugin.lookup("version")(), "1");
      equal(await plugin.lookup("values.u8")(7), 7);
      equal(await plugin.call("values.string", ["x"], { deadline: 5000 }), "x");
      equal(await plugin.with({ deadline: 5000 }).values.string("y"), "y");
      const { version } = plugin.exports;
      equal(await version(), "1");
      holds(plugin.symbols().includes("counters.Counter.new"), "symbols() lists no constructor");
      holds(plugin.symbols().includes("limits.makeBytes"), "symbols() lists no function of an interface");
    },
  },
  optional: {
    title: "An optional function that the plugin or the host does not implement is absent",
    async run({ open }) {
      const plugin = await open();
      equal(plugin.exports.extra, undefined);
      holds(!plugin.symbols().includes("extra"), "symbols() lists it");
      throws(() => plugin.lookup("extra"), "TENON_SYMBOL_MISSING");
      equal(await plugin.exports.callbacks.hasHelp(), false);
    },
  },
  "optional-present": {
    title: "An optional function that the plugin implements can be called",
    artifacts: ["kitchenSinkV2"],
    async run({ open }) {
      const plugin = await open({ artifact: "kitchenSinkV2" });
      equal(await plugin.exports.extra?.(), "extra");
    },
  },
  "optional-host": {
    title: "An optional host function that the host implements can be called",
    requires: ["callbacks"],
    async run({ open, side }) {
      const imports = { ...side.imports, host: { ...side.imports.host, help: () => "help" } };
      const plugin = await open({ imports });
      equal(await plugin.exports.callbacks.hasHelp(), true);
    },
  },
  twice: {
    title: "Opening twice with the same options returns the same plugin; the last close ends it",
    async run({ open }) {
      const options = { fresh: false };
      const first = await open(options);
      const second = await open(options);
      equal(first, second);
      await first.exports.state.set("shared");
      equal(await second.exports.state.get(), "shared");
      await first.close();
      equal(await second.exports.state.get(), "shared");
      await second.close();
      await rejects(first.exports.version(), "TENON_PLUGIN_CLOSED");
    },
  },
  "twice-at-once": {
    title: "Opening twice at the same time loads the plugin once",
    async run({ open }) {
      const [first, second] = await Promise.all([open({ fresh: false }), open({ fresh: false })]);
      equal(first, second);
      await first.close();
      await second.close();
    },
  },
  fresh: {
    title: "New instances share nothing",
    async run({ open }) {
      const first = await open();
      const second = await open();
      holds(first !== second, "it is the same plugin");
      await first.exports.state.set("first");
      equal(await second.exports.state.get(), "");
    },
  },
  integrity: {
    title: "A plugin opens with its own digest, and with no other",
    async run({ open }) {
      const { digest } = await open();
      if (digest === undefined) {
        await rejects(open({ integrity: noDigest }), "TENON_INTEGRITY_UNPINNED");
        return;
      }
      const plugin = await open({ integrity: digest });
      equal(await plugin.exports.version(), "1");
      equal(plugin.digest, digest);
      await rejects(open({ integrity: noDigest }), "TENON_INTEGRITY_MISMATCH");
    },
  },
  check: {
    title: "check reports that the plugin fits, or that only opening can tell",
    async run({ host, artifact, contract }) {
      const report = await host.check(artifact("kitchenSink"), contract);
      const unsure = report.findings.some(
        ({ code, severity }) => code === "TENON_CONTRACT_NOT_CARRIED" && severity === "warning",
      );
      equal(report.verdict, unsure ? "unknown" : "fits", JSON.stringify(report.findings));
      equal(report.findings.filter(({ severity }) => severity === "error").length, 0);
      holds(
        report.runtime !== undefined && report.description !== undefined,
        "it does not say which runtime would open it",
      );
    },
  },
  "check-does-not-run": {
    title: "check does not run the plugin",
    artifacts: ["throwsAtLoad"],
    async run({ host, artifact, contract }) {
      const report = await host.check(artifact("throwsAtLoad"), contract);
      holds(report.verdict !== "breaks", JSON.stringify(report.findings));
    },
  },
});
