#!/usr/bin/env node
/**
 * `node packages/verification/src/leftovers/main.mjs [--kills N] [--seed N] [WORD …]`: kills hosts and plugins with SIGKILL at
 * random moments, and looks for what is left: processes, files, sockets. Words choose rows. Exits with 1 if anything is.
 */
import { parseArgs } from "node:util";
import { killOnce } from "./kill.mjs";
import { canSandbox } from "./sandbox.mjs";

/** @typedef {import("./kill.mjs").Campaign} Campaign */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: "string", default: "200" }, seed: { type: "string", default: "1" } },
});
const kills = Number(values.kills);
/** Most of a kill is waiting. */
const atOnce = 5;
let state = Number(values.seed);
/**
 * How long each phase may take, in milliseconds.
 *
 * @type {readonly (readonly [import("./kill.mjs").Phase, number])[]}
 */
const phases = [
  ["start", 500],
  ["open", 400],
  ["calls", 30],
  ["swap", 400],
  ["close", 30],
];

/** @type {Campaign[]} */
const campaigns = [];
for (const isolation of /** @type {const} */ (["contained", "sandboxed"]))
  for (const kind of /** @type {const} */ (["javascript", "program"]))
    for (const target of /** @type {const} */ (["host", "plugin"])) campaigns.push({ target, kind, isolation });

const reason = await canSandbox();
let sum = await unnoticed();
console.log("| kill -9 of | plugin | isolation | times | in which phase | processes, files and sockets left |");
console.log("| --- | --- | --- | ---: | --- | ---: |");
for (const campaign of campaigns) {
  const { target, kind, isolation } = campaign;
  const name = `${target}-${kind}-${isolation}`;
  if (positionals.length > 0 && !positionals.some((word) => name.includes(word))) continue;
  if (isolation === "sandboxed" && reason !== undefined) {
    console.error(`skipped ${name}: ${reason}`);
    continue;
  }
  /** @type {Map<string, number>} */
  const hit = new Map();
  let left = 0;
  const one = async (/** @type {number} */ kill) => {
    const [phase, most] = phases[kill % phases.length] ?? ["start", 0];
    const found = await killOnce(campaign, { phase, delay: random() * most });
    hit.set(found.phase, (hit.get(found.phase) ?? 0) + 1);
    left += found.left.length + found.failed.length;
    for (const each of [...found.left, ...found.failed]) console.error(`${name}, in ${found.phase}: ${each}`);
  };
  for (let kill = 0; kill < kills; kill += atOnce)
    await Promise.all(Array.from({ length: Math.min(atOnce, kills - kill) }, (_, index) => one(kill + index)));
  const shown = [...hit].map(([phase, count]) => `${phase} ${count}`).join(", ");
  console.log(`| ${target} | ${kind} | ${isolation} | ${kills} | ${shown} | ${left} |`);
  sum += left;
}
console.log(`leftovers: ${sum}`);
process.exitCode = sum === 0 ? 0 : 1;

/** Kills a host that leaves a process, a file and a socket. Returns how many of these the campaign does not find. */
async function unnoticed() {
  const careless = /** @type {const} */ ({ target: "host", kind: "careless", isolation: "contained" });
  const { left } = await killOnce(careless, { phase: "open", delay: 300 }, 0);
  for (const each of left) {
    const [, id] = /^(\d+) /.exec(each) ?? [];
    if (id !== undefined) process.kill(Number(id), "SIGKILL");
  }
  const wanted = [/^\d+ /, /\/file$/, /\/socket$/];
  const missed = wanted.filter((pattern) => !left.some((each) => pattern.test(each)));
  console.error(
    `of a process, a file and a socket that a host leaves on purpose, ${wanted.length - missed.length} are found`,
  );
  return missed.length;
}

/** A number from 0 to 1; the same ones for the same seed. Source: mulberry32. */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
