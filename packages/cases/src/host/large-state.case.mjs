// node: --expose-gc
// A swap with a large state passes it on in parts: the host neither parses it nor holds it, and stays responsive.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { contract, createHost, t } from "tenon";
import { check, done, expect } from "../case.mjs";

const demo = contract("demo:rows@1.0.0", {
  exports: {
    fill: t.func([["count", t.u32]], t.u32),
    size: t.func([], t.u32),
    sample: t.func([["at", t.u32]], t.string),
  },
});
const rows = Number(process.argv[2] ?? 400_000);
const mebibytes = (/** @type {number} */ bytes) => Math.round(bytes / 2 ** 20);
for (const place of /** @type {const} */ (["worker", "process"])) {
  const host = createHost();
  const plugin = await host.open("./plugins/large-state.mjs", demo, { place, limits: { deadline: 60_000 } });
  await plugin.exports.fill(rows);
  globalThis.gc?.();
  const before = process.memoryUsage();
  let most = 0;
  const look = setInterval(() => {
    const { heapUsed, external, rss } = process.memoryUsage();
    // A thread's heap is the plugin's own; its memory counts for the host only in what the host itself occupies.
    most = Math.max(
      most,
      place === "process" ? rss - before.rss : heapUsed + external - before.heapUsed - before.external,
    );
  }, 2);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const report = await plugin.swap();
  delay.disable();
  clearInterval(look);
  expect(`${place}: the state`, report.state, "migrated");
  expect(`${place}: its size`, await plugin.exports.size(), rows);
  expect(`${place}: a row`, await plugin.exports.sample(rows - 1), `row number ${rows - 1} €`);
  check(
    `${place}: the host grew by MiB`,
    mebibytes(most),
    most < 64 * 2 ** 20,
    "at most 64; a copy of the state would be over 200",
  );
  console.log(
    `${place}: calls were held for ${Math.round(report.flip)} ms; the host paused for ${Math.round(delay.max / 1e6)} ms`,
  );
  await host.close();
}
done();
