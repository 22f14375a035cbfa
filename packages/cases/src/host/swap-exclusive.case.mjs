// A plugin that owns a port can be swapped exclusively: the old instance ends first, calls wait, and a failure starts it again.
import { createServer } from "node:net";
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const two = /** @type {const} */ ([
  ["a", t.u32],
  ["b", t.u32],
]);
const demo = contract("demo:port@1.0.0", { exports: { add: t.func(two, t.u32) } });
const probe = createServer();
await new Promise((resolve) => probe.listen(0, "127.0.0.1", () => resolve(undefined)));
const { port } = /** @type {{ port: number }} */ (probe.address());
await new Promise((resolve) => probe.close(resolve));
const codeOf = (/** @type {{ code: string }} */ error) => error.code;

for (const place of /** @type {const} */ (["inline", "worker", "worker-pool", "process"])) {
  const host = createHost();
  const plugin = await host.open("./plugins/port.mjs", demo, { place, settings: { port } });
  expect(`${place}: side by side`, await plugin.swap().catch(codeOf), "TENON_LOAD_FAILED");
  const swap = plugin.swap(undefined, { exclusive: true }).then(() => "swapped", codeOf);
  expect(`${place}: a call meanwhile`, await plugin.exports.add(1, 2), 3);
  expect(`${place}: exclusively`, await swap, "swapped");
  const bad = plugin.swap(undefined, { exclusive: true, settings: { port: 70_000 } }).then(() => "swapped", codeOf);
  expect(`${place}: a call while one fails`, await plugin.exports.add(3, 4), 7);
  expect(`${place}: with a port that does not exist`, await bad, "TENON_LOAD_FAILED");
  expect(`${place}: a call after it`, await plugin.exports.add(5, 6), 11);
  await host.close();
}
done();
