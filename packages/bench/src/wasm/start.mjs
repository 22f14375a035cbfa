import { fileURLToPath } from "node:url";
import { fixture } from "../../../wasm-fixtures/src/index.ts";
import { nanoseconds } from "../measure.mjs";
import { printed } from "./child.mjs";

const child = fileURLToPath(new URL("./children/first-calls.mjs", import.meta.url));
const point = { x: 1, y: 2, label: "here" };

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

/** One-time costs per process and per instance: opening, and the first call of each function. Medians over processes. */
export async function start(quick) {
  console.log("\n| what | first in the process | in another instance | second call |\n| --- | --- | --- | --- |");
  for (const { name, calls } of measured) {
    const task = JSON.stringify({ component: await fixture(name), calls, instances: quick ? 3 : 20 });
    const runs = [];
    for (let run = 0; run < (quick ? 1 : 7); run++) runs.push(JSON.parse(await printed([child, task])));
    for (const what of Object.keys(runs[0])) {
      const cells = ["first", "further", "second"].map((when) => {
        const values = runs.map((run) => run[what][when]).filter((value) => value !== null);
        return values.length === 0 ? "" : nanoseconds(median(values));
      });
      console.log(`| ${name}: ${what} | ${cells.join(" | ")} |`);
    }
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
