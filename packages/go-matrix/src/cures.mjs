#!/usr/bin/env node
/**
 * `node packages/go-matrix/src/cures.mjs [--quick]`: for every plugin that a host refuses and for which Tenon names a command as the cure,
 * runs that command in a copy of the plugin's sources and opens the result for real.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkGoPlugins } from "tenon/go";
import { openPlugins } from "./open.mjs";
import { readOptions } from "./options.mjs";
import { inParallel } from "./pool.mjs";
import { runCommand } from "./run-command.mjs";
import { generator } from "./sequences.mjs";
import { foreseeable, readTruth } from "./truth.mjs";

const options = readOptions();
const root = join(options.cache, "cures");
const command = fileURLToPath(new URL("../../tenon/bin/", import.meta.url));
rmSync(root, { recursive: true, force: true });
const refused = sample(readTruth(options).filter(isRefusedAlone), options.sample);
const counts = { cured: 0, "not cured": 0, "command fails": 0, "no command": 0 };
const shown = [];
await inParallel(refused, 2, async (record, at) => {
  const { outcome, text } = await cure(record, join(root, String(at)));
  counts[outcome]++;
  if (outcome !== "cured")
    shown.push(`${outcome}: Go ${record.go}, ${record.host} <- ${record.results[0].name}: ${text}`);
});
for (const line of shown.sort()) console.log(line);
console.log(
  Object.entries(counts)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(", "),
);
process.exitCode = counts["not cured"] + counts["command fails"] > 0 ? 1 : 0;

/** Some of them at random, but every host and every plugin at least once if there is room. */
function sample(records, count) {
  const random = generator(options.seed);
  const shuffled = records.map((record) => ({ record, rank: random() })).sort((one, other) => one.rank - other.rank);
  const seen = new Set();
  const isNew = ({ record: { go, host, results } }) => {
    const names = [`host ${go} ${host}`, `plugin ${results[0].go} ${results[0].name}`];
    return names.filter((name) => !seen.has(name) && seen.add(name)).length > 0;
  };
  const first = shuffled.filter(isNew);
  const others = shuffled.filter((entry) => !first.includes(entry));
  return [...first, ...others].slice(0, count).map(({ record }) => record);
}

function isRefusedAlone(record) {
  const [first] = foreseeable(record);
  const isAlone = ["pairs", "cross"].includes(record.set) && record.results.length === 1;
  return isAlone && first !== undefined && ["error", "crash"].includes(first.outcome) && existsSync(first.source ?? "");
}

async function cure(record, folder) {
  const [{ plugin, source }] = record.results;
  const { results } = await checkGoPlugins(record.hostFile, [plugin], { sysroot: "/", cwd: record.cwd });
  const found = results[0].findings.find(({ fix }) => fix?.command !== undefined);
  if (found === undefined)
    return { outcome: "no command", text: results[0].findings.map(({ code }) => code).join(", ") };
  mkdirSync(dirname(folder), { recursive: true });
  cpSync(source, folder, { recursive: true });
  const output = join(folder, "cured.so");
  const line = found.fix.command.replaceAll(plugin, output);
  const env = { ...process.env, PATH: `${command}:${process.env.PATH}` };
  const done = await runCommand("/bin/sh", ["-c", line], { cwd: folder, env, limit: 600_000 });
  if (done.code !== 0)
    return {
      outcome: "command fails",
      text: `${line}\n  ${(done.stderr || done.stdout).trim().split("\n").slice(0, 6).join("\n  ")}`,
    };
  const file = existsSync(output) ? output : newestLibrary(folder);
  const opened = await openPlugins(record.hostFile, [file], { cwd: folder });
  const [result] = opened.results;
  rmSync(folder, { recursive: true, force: true });
  if (result.outcome === "opens") return { outcome: "cured", text: "" };
  return { outcome: "not cured", text: `${line}\n  ${result.error ?? result.fatal ?? result.outcome}` };
}

function newestLibrary(folder) {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".so"))
    .map((name) => join(folder, name));
  return files.sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)[0] ?? join(folder, "missing.so");
}
