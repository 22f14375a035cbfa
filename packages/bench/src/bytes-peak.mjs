/**
 * `node bytes-peak.mjs worker|process CALLS`: sends 100 MB there and back, and prints how much memory that took at most, in multiples of
 * the value: here, and in the process of the plugin. A process of its own, since the system only keeps the largest figure of each.
 */
import { createHost } from "tenon";
import { bytesContract, bytesPlugin, size } from "./bytes-contract.mjs";
import { peakMemory } from "./raw/peak-memory.mjs";

const place = /** @type {"worker" | "process"} */ (process.argv[2]);
const host = createHost();
const { exports } = await host.open(bytesPlugin, bytesContract, { place, limits: { bytes: 2 * size } });
await exports.echo(new Uint8Array(1000));
const before = { here: peakMemory(), there: await exports.peak() };
const value = new Uint8Array(size).fill(7);
for (let index = 0; index < Number(process.argv[3]); index++)
  if ((await exports.echo(value)).length !== size) throw new Error("other bytes came back");
const multiple = (/** @type {number} */ bytes) => bytes / size;
console.log(
  JSON.stringify({
    here: multiple(peakMemory() - before.here),
    there: multiple((await exports.peak()) - before.there),
  }),
);
await host.close();
