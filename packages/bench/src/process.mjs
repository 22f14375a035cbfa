import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { arithmetic } from "./contract.mjs";
import { compare } from "./measure.mjs";

/**
 * @import { Host } from "tenon"
 * @import { Measured, Row } from "./types.js"
 */

/**
 * Calls into another process, compared with plain frames over its stdin and stdout.
 *
 * @param {Host} host
 * @param {number} scale
 * @returns {Promise<Row[]>}
 */
export async function processPlace(host, scale) {
  const plugin = await host.open(new URL("plugins/arithmetic.mjs", import.meta.url), arithmetic, { place: "process" });

  const child = spawn(process.execPath, [fileURLToPath(new URL("raw/echo-process.mjs", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  /** @type {Map<number, (result: number) => void>} */
  const pending = new Map();
  let next = 0;
  /** @type {Buffer} */
  let rest = Buffer.alloc(0);
  child.stdout.on("data", (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 12) {
      const id = rest.readUInt32LE(4);
      /** @type {(result: number) => void} */ (pending.get(id))(rest.readInt32LE(8));
      pending.delete(id);
      rest = rest.subarray(12);
    }
  });
  /** @type {(a: number, b: number) => Promise<number>} */
  const raw = (a, b) =>
    new Promise((resolve) => {
      pending.set(++next, resolve);
      const frame = Buffer.allocUnsafe(16);
      frame.writeUInt32LE(12, 0);
      frame.writeUInt32LE(next, 4);
      frame.writeInt32LE(a, 8);
      frame.writeInt32LE(b, 12);
      child.stdin.write(frame);
    });
  /** @type {(call: (a: number, b: number) => Promise<number>) => Measured} */
  const one = (call) => async (count) => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum = await call(sum, index);
    return sum;
  };
  const results = await compare("process call", {
    ours: one(plugin.exports.add),
    theirs: { "raw framed stdio": one(raw) },
    limit: 1.2,
    count: 3000 * scale,
    rounds: 9,
  });
  child.stdin.end();
  await once(child, "exit");
  return results;
}
