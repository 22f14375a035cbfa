import { fileURLToPath } from "node:url";
import { fixture } from "../../../wasm-fixtures/src/index.ts";
import { nanoseconds } from "../measure.mjs";
import { printed } from "./child.mjs";

/**
 * @import { FixtureName } from "../../../wasm-fixtures/src/index.ts"
 * @import { Call } from "../types.js"
 */

/**
 * What children/first-calls.mjs prints: the nanoseconds of opening and of each function.
 *
 * @typedef {Record<string, { first: number; further: number; second: number | null }>} Run
 */

const child = fileURLToPath(new URL("./children/first-calls.mjs", import.meta.url));
const point = { x: 1, y: 2, label: "here" };

/** @type {{ name: FixtureName; calls: Call[] }[]} */
const measured = [
  {
    name: "calls",
    calls: [
      ["add", 1, 2],
      ["shout", "text"],
      ["shift", point],
      ["shiftAll", [point]],
      ["turn", { tag: "named", val: "circle" }],
    ],
  },
  { name: "greeter-rust", calls: [["greet", "Ada"]] },
];

/**
 * One-time costs per process and per instance: opening, and the first call of each function. Medians over processes.
 *
 * @param {boolean} quick
 */
export async function start(quick) {
  console.log("\n| what | first in the process | in another instance | second call |\n| --- | --- | --- | --- |");
  for (const { name, calls } of measured) {
    const task = JSON.stringify({ component: await fixture(name), calls, instances: quick ? 3 : 20 });
    /** @type {Run[]} */
    const runs = [];
    for (let run = 0; run < (quick ? 1 : 7); run++) runs.push(JSON.parse(await printed([child, task])));
    for (const what of Object.keys(runs[0] ?? {})) {
      const cells = /** @type {const} */ (["first", "further", "second"]).map((when) => {
        const values = runs.map((run) => run[what]?.[when] ?? null).filter((value) => value !== null);
        return values.length === 0 ? "" : nanoseconds(median(values));
      });
      console.log(`| ${name}: ${what} | ${cells.join(" | ")} |`);
    }
  }
}

/** @param {readonly number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
