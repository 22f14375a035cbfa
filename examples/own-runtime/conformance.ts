/** Runs Tenon's conformance suite for the runtime in this folder, and prints what it offers. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contract, createHost } from "tenon";
import { type Contract, contractToWit } from "tenon/contract";
import {
  type Artifacts,
  brokenSink,
  everythingOffered,
  featureTitles,
  olderSink,
  runConformance,
  sinkWithout,
  suiteFeatures,
  type Target,
} from "tenon/testing";
import jsonLines from "./runtime.js";

const plugins = await mkdtemp(join(tmpdir(), "own-runtime-"));
const program = fileURLToPath(new URL("conformance/plugin.mjs", import.meta.url));

/** The schema of their settings, as the suite expects it. */
const settings = {
  type: "object",
  properties: { greeting: { type: "string" }, level: { type: "integer" } },
  additionalProperties: false,
};

/** Writes a plugin: a folder with a `run.sh`, which starts the program as this variant. */
async function plugin(name: string, words: string, carried?: Contract<any, any>): Promise<string> {
  const folder = join(plugins, name);
  await mkdir(folder);
  await writeFile(join(folder, "run.sh"), `#!/bin/sh\nexec '${process.execPath}' '${program}' ${words}\n`);
  await chmod(join(folder, "run.sh"), 0o755);
  await writeFile(join(folder, "tenon.json"), JSON.stringify({ settings }));
  if (carried !== undefined) await writeFile(join(folder, "contract.wit"), contractToWit(carried));
  return folder;
}

const sink = sinkWithout(["streams", "futures"]);
const { imports, exports } = sink;
/** What the older plugin carries: the same, before a card had a note. */
const older = contract("tenon:kitchen-sink@1.0.0", { imports, exports: { ...exports, sign: olderSink.exports.sign } });

const unknown = { notOffered: "What a program implements is known only when it is called." };
const artifacts: Artifacts = {
  kitchenSink: await plugin("kitchen-sink", "1"),
  kitchenSinkV2: await plugin("kitchen-sink-v2", "2"),
  otherContract: await plugin("other-contract", "1", brokenSink),
  olderContract: await plugin("older-contract", "1", older),
  throwsAtLoad: await plugin("throws-at-load", "1 fails"),
  exitsAtLoad: await plugin("exits-at-load", "1 exits"),
  waitsAtLoad: await plugin("waits-at-load", "1 waits"),
  loopsAtLoad: await plugin("loops-at-load", "1 loops"),
  missingExport: unknown,
  wrongKind: unknown,
  syntaxError: { notOffered: "A program is not compiled when it is opened." },
  unhealthy: { notOffered: "The protocol has no health check." },
  refusesState: { notOffered: "The protocol hands over no state." },
};

const noHost = "The protocol has no calls of host functions.";
const target: Target = {
  runtime: "json-lines",
  place: "process",
  createHost: () => createHost({ runtimes: [jsonLines] }),
  contract: sink,
  artifacts,
  capabilities: {
    ...everythingOffered,
    "given-up": "Bytes are text on a pipe: nothing moves.",
    "thrown-values": "A failure is a text.",
    "source-maps": "A failure has no stack.",
    sync: "The host cannot wait for a process without blocking its own event loop.",
    callbacks: noHost,
    "sync-callbacks": noHost,
    resources: "The protocol has no objects.",
    streams: "The protocol has no streams.",
    futures: "The protocol has no futures.",
    interrupt: "A program that loops is killed only when it is closed.",
    "memory-limit": "Where the system does not say what a process occupies, nothing enforces it.",
    containment: "Its cases need calls of host functions.",
    state: "The protocol hands over no state.",
    output: "Standard output is the protocol.",
  },
  exceptions: {
    "open/optional": "A program does not say which optional functions it lacks.",
    "artifacts/isolation": "In a sandbox, the program would have to be granted Node.",
    "wrong-values/circular": "JSON has no circular values.",
    "limits/gigabyte": "A line has at most as many characters as a string of JavaScript.",
  },
};

let failed = 0;
const counts = new Map<string, number>();
const results = await runConformance(target, {
  onResult(result) {
    if (result.status === "passed") counts.set(result.case.feature, (counts.get(result.case.feature) ?? 0) + 1);
    if (result.status !== "failed") return;
    failed++;
    console.log(`failed: ${result.case.id}: ${result.error instanceof Error ? result.error.message : result.error}`);
  },
});
await rm(plugins, { recursive: true });
for (const feature of suiteFeatures) {
  const offered = target.capabilities[feature];
  const passed = (counts.get(feature) ?? 0) > 0;
  console.log(
    `${offered !== true ? "–" : passed ? "✓" : "·"} ${featureTitles[feature]}${offered === true ? "" : `: ${offered}`}`,
  );
}
const passed = results.filter(({ status }) => status === "passed").length;
if (process.argv.includes("--count")) console.log(`${passed} of ${results.length} cases passed`);
console.log(`${failed} cases failed`);
process.exitCode = failed === 0 ? 0 : 1;
