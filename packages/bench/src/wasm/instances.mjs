import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fixture } from "../../../wasm-fixtures/src/index.ts";
import { printed } from "./child.mjs";

/**
 * @import { Filling } from "./children/fill.mjs"
 */

const fill = fileURLToPath(new URL("./children/fill.mjs", import.meta.url));
const memories = fileURLToPath(new URL("./children/memories.mjs", import.meta.url));
const goPlugin = fileURLToPath(new URL("../go/calls", import.meta.url));

/**
 * Opens instances of one plugin in another process and calls each once, until the process has grown by the given number of
 * bytes (RSS) or the engine refuses. Also finds out how many memories the engine provides.
 *
 * @param {number} bytes
 */
export async function instances(bytes) {
  /** @type {({ what: string } & Omit<Filling, "bytes">)[]} */
  const plugins = [
    { what: "component of Rust, inline", path: await fixture("calls"), place: "inline", call: ["shout", "text"] },
    {
      what: "component of Rust, worker-pool",
      path: await fixture("calls"),
      place: "worker-pool",
      call: ["shout", "text"],
    },
  ];
  if (spawnSync("go", ["version"]).status === 0)
    plugins.push({
      what: "module of Go, inline",
      path: goPlugin,
      place: "inline",
      call: ["add", 1, 2],
      imports: ["twice"],
    });
  else console.log("\nNo Go module is measured: Go is not installed.");
  console.log(
    `\n| instances until ${bytes / 2 ** 20} MiB more of RSS | | each | ended by |\n| --- | --- | --- | --- |`,
  );
  for (const { what, ...task } of plugins) {
    const { count, grown, ended } = JSON.parse(await printed([fill, JSON.stringify({ ...task, bytes })]));
    console.log(`| ${what} | ${count} | ${(grown / count / 1024).toFixed(0)} KiB | ${ended} |`);
  }
  const most = JSON.parse(await printed([memories, await fixture("calls")]));
  console.log(
    `\nMemories that the engine provides to one process: ${most.count} (${most.refusal}); open then fails with ${most.code}.`,
  );
}
