import { mkdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Code } from "../../errors/index.js";
import type { Limits } from "../../host/index.js";
import { type Case, type CaseContext, casesOf } from "../target/case.js";
import { causedBy, equal, holds, rejects } from "../target/expectations.js";
import type { ArtifactName } from "../target/target.js";

/** Expects that open refuses what check refuses, with the same code and the same findings. */
async function refusedByBoth(
  { host, target, contract, side }: CaseContext,
  artifact: string,
  ...codes: readonly Code[]
): Promise<void> {
  const report = await host.check(artifact, contract);
  equal(report.verdict, "breaks", JSON.stringify(report.findings));
  const finding = report.findings.find(({ severity }) => severity === "error");
  holds(
    finding !== undefined && codes.includes(finding.code),
    `expected ${codes.join(" or ")}, and check found ${JSON.stringify(report.findings)}`,
  );
  holds(
    finding.subject !== "" && finding.message !== "" && finding.cause !== "" && finding.fix.text !== "",
    `the finding is not complete: ${JSON.stringify(finding)}`,
  );
  const error = await rejects(
    host.open(artifact, contract, { place: target.place, imports: side.imports, fresh: true }),
    finding.code,
  );
  equal(error.findings.length, report.findings.length);
  equal(host.plugins.length, 0);
}

function refusedFixture(artifact: ArtifactName, ...codes: readonly Code[]): (context: CaseContext) => Promise<void> {
  return (context) => refusedByBoth(context, context.artifact(artifact), ...codes);
}

/** Expects that a plugin is refused when it runs, that nothing is left behind, and that the host keeps working. */
function refusedAtLoad(
  artifact: ArtifactName,
  code: Code,
  says: string,
  limits: Partial<Limits> = {},
): (context: CaseContext) => Promise<void> {
  return async ({ open, host }) => {
    const error = await rejects(open({ artifact, limits }), code);
    holds(error.message.includes(says), `${error.message}: does not say "${says}"`);
    equal(host.plugins.length, 0);
    equal(await (await open()).exports.version(), "1");
  };
}

export const artifactCases: readonly Case[] = [
  ...casesOf("artifacts", {
    missing: {
      title: "check and open refuse a missing file",
      async run(context) {
        await refusedByBoth(
          context,
          join(await context.folder(), `absent${extname(context.artifact("kitchenSink"))}`),
          "TENON_ARTIFACT_MISSING",
        );
      },
    },
    empty: {
      title: "check and open refuse an empty file",
      async run(context) {
        const path = join(await context.folder(), `empty${extname(context.artifact("kitchenSink"))}`);
        await writeFile(path, "");
        await refusedByBoth(context, path, "TENON_ARTIFACT_EMPTY");
      },
    },
    "empty-folder": {
      title: "check and open refuse a folder without an entry",
      async run(context) {
        const path = join(await context.folder(), "plugin");
        await mkdir(path);
        await refusedByBoth(context, path, "TENON_ARTIFACT_ENTRY");
      },
    },
    "other-kind": {
      title: "check and open refuse a file of another kind with this kind's extension",
      async run(context) {
        const path = join(await context.folder(), `picture${extname(context.artifact("kitchenSink"))}`);
        await writeFile(path, Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"));
        await refusedByBoth(context, path, "TENON_ARTIFACT_UNKNOWN");
      },
    },
    "invalid-manifest": {
      title: "check and open refuse an invalid manifest",
      async run(context) {
        const folder = await context.folder();
        await writeFile(join(folder, "tenon.json"), '{"entry": 3}');
        await refusedByBoth(context, folder, "TENON_MANIFEST_INVALID");
      },
    },
    "syntax-error": {
      title: "check and open refuse a plugin with a syntax error",
      artifacts: ["syntaxError"],
      run: refusedFixture("syntaxError", "TENON_SYNTAX", "TENON_SOURCE_INVALID"),
    },
    "missing-export": {
      title: "check and open refuse a plugin with a missing export",
      artifacts: ["missingExport"],
      run: refusedFixture(
        "missingExport",
        "TENON_EXPORT_MISSING",
        "TENON_CONTRACT_BREAKS",
        "TENON_WASM_EXPORT_MISSING",
        "TENON_SOURCE_INVALID",
      ),
    },
    "other-contract": {
      title: "check and open refuse a contract that breaks, without running the plugin",
      artifacts: ["otherContract"],
      run: refusedFixture("otherContract", "TENON_CONTRACT_BREAKS"),
    },
    "wrong-kind": {
      title: "open refuses an export that is not a function",
      artifacts: ["wrongKind", "kitchenSink"],
      run: refusedAtLoad("wrongKind", "TENON_EXPORT_KIND", "version"),
    },
    "throws-at-load": {
      title: "open refuses a plugin that throws while it loads",
      artifacts: ["throwsAtLoad", "kitchenSink"],
      run: refusedAtLoad("throwsAtLoad", "TENON_LOAD_FAILED", "broken on purpose"),
    },
    "exits-at-load": {
      title: "open refuses a plugin that exits while it loads",
      artifacts: ["exitsAtLoad", "kitchenSink"],
      async run({ open, host, offers }) {
        const error = await rejects(open({ artifact: "exitsAtLoad" }), "TENON_LOAD_FAILED");
        holds(!offers("exit") || causedBy(error, "TENON_PLACE_EXIT"), "no cause names the exit");
        equal(host.plugins.length, 0);
        equal(await (await open()).exports.version(), "1");
      },
    },
    "waits-at-load": {
      title: "open refuses a plugin that never finishes loading",
      artifacts: ["waitsAtLoad", "kitchenSink"],
      run: refusedAtLoad("waitsAtLoad", "TENON_LOAD_DEADLINE", "1000 ms", { load: 1000 }),
    },
    "loops-at-load": {
      title: "open refuses a plugin that loops while it loads",
      requires: ["interrupt"],
      artifacts: ["loopsAtLoad", "kitchenSink"],
      run: refusedAtLoad("loopsAtLoad", "TENON_LOAD_DEADLINE", "1000 ms", { load: 1000, grace: 200 }),
    },
    "loops-beside": {
      title: "A plugin that loops while it loads does not block opening others, nor later calls of those that are open",
      requires: ["interrupt"],
      artifacts: ["loopsAtLoad", "kitchenSink"],
      async run({ open }) {
        const earlier = await Promise.all([open(), open()]);
        const refused = rejects(
          open({ artifact: "loopsAtLoad", limits: { load: 500, grace: 200 } }),
          "TENON_LOAD_DEADLINE",
        );
        const others = await Promise.all([open(), open(), open(), open()]);
        await refused;
        // Where plugins share a thread, these calls find it about to be ended, and wait for the restart.
        for (const { exports } of [...earlier, ...others]) equal(await exports.version(), "1");
      },
    },
    "given-up": {
      title: "Opening can be cancelled",
      artifacts: ["waitsAtLoad"],
      async run({ open, host }) {
        const controller = new AbortController();
        const opening = open({ artifact: "waitsAtLoad", signal: controller.signal });
        setImmediate(() => controller.abort());
        await rejects(opening, "TENON_CALL_ABORTED", "TENON_LOAD_DEADLINE");
        equal(host.plugins.length, 0);
      },
    },
    unhealthy: {
      title: "open refuses a plugin that reports that it is not healthy",
      artifacts: ["unhealthy", "kitchenSink"],
      run: refusedAtLoad("unhealthy", "TENON_HEALTH_FAILED", "out of order"),
    },
    "missing-import": {
      title: "open refuses a host that lacks a function which the contract imports",
      async run({ open, side, host }) {
        const { add: _, ...rest } = side.imports.host;
        const error = await rejects(
          open({ imports: { ...side.imports, host: rest } as never }),
          "TENON_IMPORT_MISSING",
        );
        holds(error.message.includes("host.add"), error.message);
        equal(host.plugins.length, 0);
      },
    },
    options: {
      title: "open refuses unknown options, places and invalid limits",
      async run({ open, host, target, contract }) {
        await rejects(open({ spped: 1 } as never), "TENON_OPTION_INVALID");
        await rejects(open({ place: "cellar" as never }), "TENON_OPTION_INVALID");
        await rejects(open({ limits: { deadline: -1 } }), "TENON_OPTION_INVALID");
        await rejects(host.open("", contract, { place: target.place } as never), "TENON_OPTION_INVALID");
      },
    },
    isolation: {
      title: "plugin.isolation reports what is reached, and open refuses what is not",
      async run({ open, host, target }) {
        const { isolation } = await open();
        equal((await open({ isolation: isolation.level })).isolation.level, isolation.level);
        const place = host.places.get(target.place);
        if (isolation.level === "sandboxed" || (await place?.sandboxes?.()) === true)
          equal((await open({ isolation: "sandboxed" })).isolation.level, "sandboxed");
        else await rejects(open({ isolation: "sandboxed" }), "TENON_ISOLATION_UNAVAILABLE");
      },
    },
  }),
  ...casesOf("adapts", {
    older: {
      title: "check reports how an older contract is adapted, and calls are bridged both ways",
      artifacts: ["olderContract"],
      async run({ open, host, artifact, contract }) {
        const report = await host.check(artifact("olderContract"), contract);
        equal(report.verdict, "adapts", JSON.stringify(report.findings));
        holds(
          report.findings.some(({ code, subject }) => code === "TENON_CONTRACT_ADAPTS" && subject.includes("sign")),
          JSON.stringify(report.findings),
        );
        const plugin = await open({ artifact: "olderContract" });
        const { name, note } = await plugin.exports.sign({ name: "Ada", note: "an older plugin does not know of it" });
        equal(name, "Ada!");
        equal(note, undefined);
        equal(await plugin.exports.values.u8(1), 1);
      },
    },
    same: {
      title: "A plugin with the same contract gets every field",
      async run({ open }) {
        const { name, note } = await (await open()).exports.sign({ name: "Ada", note: "kept" });
        equal(`${name} ${note}`, "Ada! kept");
      },
    },
  }),
];
