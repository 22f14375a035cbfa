// A thenable whose then() returns nothing is as good as a promise.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const demo = contract("demo:thenable@1.0.0", {
  exports: { run: t.func([["text", t.string]], t.string, { async: true }) },
});
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const host = createHost();
  const plugin = await host.open("./plugins/thenable.mjs", demo, { place });
  expect(place, await plugin.exports.run("x").catch((/** @type {Error} */ error) => error.message), "x");
  await host.close();
}
done();
