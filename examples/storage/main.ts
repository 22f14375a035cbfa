/** A plugin keeps what it has stored: across swaps, crashes, and runs of the host's program. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHost, isTenonError } from "tenon";
import { counter } from "./contract.js";

const storage = mkdtempSync(join(tmpdir(), "tenon-example-"));
const artifact = new URL("plugins/counter", import.meta.url);

for (const run of [1, 2]) {
  await using host = createHost({ storage });
  const plugin = await host.open(artifact, counter, {
    place: "process",
    grants: { storage: { bytes: 10_000, entries: 100 } },
  });
  console.log(`run ${run}: tenon ${await plugin.exports.count("tenon")} times`);
  await plugin.swap();
  console.log(`  after a swap: ${await plugin.exports.count("tenon")} times`);
  process.kill(plugin.id as number, "SIGKILL");
  console.log(`  after kill -9: ${await again(() => plugin.exports.count("tenon"))} times`);
  await plugin.exports.count("host");
  console.log(`  report: ${JSON.stringify(await plugin.exports.report())}`);
  try {
    await plugin.exports.note("long", "x".repeat(20_000));
  } catch (error) {
    if (!isTenonError(error)) throw error;
    console.log(`  refused: ${error.message}`);
  }
}
rmSync(storage, { recursive: true });

/** A call that is running when the plugin crashes is rejected: it may have run. Only the caller knows whether to repeat it. */
async function again<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isTenonError(error, "TENON_PLUGIN_CRASHED")) throw error;
    return call();
  }
}
