/** Passes objects and streams to and from a plugin in another thread. The code is the same for every place. */
import { createHash } from "node:crypto";
import { createHost, isTenonError } from "tenon";
import { table } from "./contract.js";

class ProgressBar {
  #done = 0;
  advance(by: number) {
    this.#done += by;
  }
  toString() {
    return "#".repeat(this.#done);
  }
}

const csv = "pine,soft\noak,hard\nash,tough\nyew,elastic";

await using host = createHost();
await using plugin = await host.open(new URL("plugins/table.ts", import.meta.url), table, {
  place: "worker",
  imports: { screen: { ProgressBar } },
});
const { tables, generate, generated, checksum } = plugin.exports;

console.log("a resource of the plugin");
{
  await using cursor = await tables.Cursor.new(csv);
  console.log(`  first row: ${await cursor.next()}`);
  await cursor.skip(2);
  console.log(`  last row: ${await cursor.next()}`);
  console.log(`  open: ${await tables.Cursor.open()}`);
}
console.log(`  open after the block: ${await tables.Cursor.open()}`);

const released = await tables.Cursor.new(csv);
await released[Symbol.asyncDispose]();
try {
  await released.next();
} catch (error) {
  if (!isTenonError(error, "TENON_RESOURCE_GONE")) throw error;
  console.log(`  used too late: ${error.code}`);
}

console.log("\na resource of the host");
const bar = new ProgressBar();
console.log(`  the plugin counted ${await tables.countRows(csv, bar)} rows and drew ${bar}`);

console.log("\na stream of bytes from the plugin");
let bytes = 0;
for await (const chunk of await generate(100_000)) {
  bytes += chunk.byteLength;
  if (bytes > 1_000_000) break;
}
const made = await generated();
console.log(
  `  a reader that stopped after 1 MB of 1,600 MB: the plugin produced ${made < 1_000 ? "little more" : "far more"}`,
);

console.log("\na stream of bytes to the plugin");
let sent = 0;
async function* chunks() {
  for (let index = 0; index < 200; index++) {
    sent++;
    yield new Uint8Array(50_000).fill(index);
  }
}
const received = await checksum(chunks());
const expected = createHash("sha256");
for (let index = 0; index < 200; index++) expected.update(new Uint8Array(50_000).fill(index));
console.log(`  ${sent} chunks, arrived intact: ${received === expected.digest("hex") ? "yes" : "NO"}`);
if (bytes < 1_000_000 || made >= 1_000) process.exitCode = 1;
