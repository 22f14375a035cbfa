// A plugin that fills its memory with buffers, outside of the JavaScript heap, ends near its limit of 200 MiB.
import { readFileSync } from "node:fs";
import { contract, createHost, t } from "tenon";
import { check, done, expect, skip } from "../case.mjs";

if (process.platform !== "linux") skip("only Linux tells how much memory a process occupies");
const mebibyte = 2 ** 20;
const demo = contract("demo:buffers@1.0.0", { exports: { fill: t.func([]) } });
for (const place of /** @type {const} */ (["process", "worker"])) {
  const host = createHost();
  const plugin = await host.open("./plugins/buffers.mjs", demo, {
    place,
    limits: { memory: 200 * mebibyte },
    supervision: { restart: false },
  });
  /** @type {string | undefined} */
  let reason;
  host.on("crashed", ({ error }) => {
    reason = error.code;
  });
  const id = place === "process" ? (plugin.id ?? process.pid) : process.pid;
  const before = resident(id);
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, resident(id) - before);
  }, 10);
  await plugin.exports.fill().catch(() => {});
  clearInterval(timer);
  await host.close();
  expect(`${place}: the reason`, reason, "TENON_PLACE_MEMORY");
  check(`${place}: its peak in MiB`, Math.round(peak / mebibyte), peak < 600 * mebibyte, "less than 600");
}
done();

/** @param {number} id */
function resident(id) {
  try {
    const found = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, "utf8"));
    return Number(found?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
