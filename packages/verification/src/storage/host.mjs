/**
 * A host that is killed: `node host.mjs FOLDER PLACE NUMBERS`. Its plugin writes in four lanes, each from the number after the given one,
 * and it prints `LANE NUMBER` for each write that was confirmed.
 */
import { writeSync } from "node:fs";
import { createHost } from "tenon";
import { lanes, writer } from "./writes.mjs";

const [folder, place, numbers = ""] = process.argv.slice(2);
const host = createHost({ storage: /** @type {string} */ (folder) });
const plugin = await host.open(new URL("./writer.mjs", import.meta.url), writer, {
  place: /** @type {"worker"} */ (place),
  grants: { storage: true },
});
const from = numbers.split(",").map(Number);
await Promise.all(
  Array.from({ length: lanes }, async (_, lane) => {
    for (let number = (from[lane] ?? 0) + 1; ; number++) {
      await plugin.exports.write(lane, number);
      // The pipe has it when this returns, whatever becomes of this process.
      writeSync(1, `${lane} ${number}\n`);
    }
  }),
);
