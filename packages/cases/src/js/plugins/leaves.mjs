import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { setInterval } from "node:timers/promises";

let ticks = 0;
/** @type {Record<string, () => Promise<unknown>>} */
const ways = {
  child: async () => spawn("sleep", ["60"]).pid,
  "shell's child": () =>
    new Promise((resolve) => {
      const shell = spawn("sleep 60 & echo $!; wait", { shell: true });
      shell.stdout.once("data", (text) => resolve(Number(text)));
    }),
  server: () =>
    new Promise((resolve) => {
      const server = createServer((_, response) => response.end("still here"));
      server.listen(0, "127.0.0.1", () => resolve(/** @type {{ port: number }} */ (server.address()).port));
    }),
  ticks: async () => {
    void (async () => {
      for await (const _ of setInterval(1)) Object.assign(globalThis, { leavesTicks: ++ticks });
    })();
  },
};

/** @param {string} way */
export async function run(way) {
  return String(await ways[way]?.());
}
