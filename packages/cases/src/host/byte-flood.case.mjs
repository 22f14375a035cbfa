// A plugin that makes a thousand calls with 4 MiB each, and reads no answers, must not fill the host's memory.
import { contract, createHost, t } from "tenon";
import { check, done } from "../case.mjs";

const blob = new Uint8Array(4 * 2 ** 20).fill(7);
const demo = contract("demo:flood@1.0.0", {
  imports: {
    fetch: t.func([], t.bytes, { async: true }),
    store: t.func([["data", t.bytes]], undefined, { async: true }),
  },
  exports: { fetchAndSpin: t.func([], undefined, { async: true }), storeAll: t.func([], undefined, { async: true }) },
});
for (const place of /** @type {const} */ (["worker", "process"])) {
  for (const flood of /** @type {const} */ (["fetchAndSpin", "storeAll"])) {
    const host = createHost();
    let [calls, peak] = [0, 0];
    const before = process.memoryUsage().rss;
    const timer = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage().rss - before);
    }, 10);
    const plugin = await host.open("./plugins/flood.mjs", demo, {
      place,
      imports: {
        async fetch() {
          calls++;
          return blob.slice();
        },
        store() {
          calls++;
          return new Promise(() => {});
        },
      },
      limits: { deadline: 3000, drain: 1, buffer: 128 * 2 ** 20 },
      supervision: { restart: false },
    });
    const outcome = await plugin.exports[flood]().catch((/** @type {{ code: string }} */ { code }) => code);
    await host.close();
    clearInterval(timer);
    const mebibytes = Math.round(peak / 2 ** 20);
    const seen = `${mebibytes} MiB more after ${calls} calls, ${outcome}`;
    check(`${place}, ${flood}`, seen, mebibytes < 1024 && calls < 500, "less than 1,024 MiB");
  }
}
done();
