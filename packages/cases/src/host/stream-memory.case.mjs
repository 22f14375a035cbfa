// A long stream must not occupy more than its window: the host's memory, while 125 MiB pass in chunks of 64 KiB.
// node: --expose-gc
import { contract, createHost, t } from "tenon";
import { check, done } from "../case.mjs";

const count = 2000;
const chunks = contract("demo:chunks@1.0.0", {
  exports: { make: t.func([["count", t.u32]], t.stream(t.bytes)) },
});
const host = createHost();
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = await host.open("./plugins/chunks.mjs", chunks, { place, limits: { memory: 32 * 2 ** 20 } });
  const seen = [];
  let read = 0;
  for await (const _ of await plugin.exports.make(count)) if (++read % (count / 4) === 0) seen.push(occupied());
  const growth = (Math.max(...seen) - Math.min(...seen)) / 2 ** 20;
  check(`${place}: growth in MiB`, growth.toFixed(1), read === count && growth < 8, "less than 8");
  await plugin.close();
}
await host.close();
done();

function occupied() {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
