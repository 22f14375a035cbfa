// An error that imitates one of Tenon's, or that cannot be read, must fail one call with a coded error, and no other call.
import { inspect } from "node:util";
import { contract, createHost, isTenonError, t } from "tenon";
import { done, expect } from "../case.mjs";

const demo = contract("demo:forges@1.0.0", {
  exports: {
    boom: t.func([["what", t.string]], t.string, { async: true }),
    wait: t.func([], t.string, { async: true }),
  },
});
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const host = createHost();
  const plugin = await host.open("./plugins/forges.mjs", demo, { place });
  const other = plugin.exports.wait();
  for (const what of ["forged", "revoked", "trap", "getters", "result", "answer", "then"]) {
    const error = await plugin.exports.boom(what).catch((/** @type {any} */ thrown) => thrown);
    expect(
      `${place}: ${what}`,
      [isTenonError(error), error.code, inspect(error) !== ""],
      [true, "TENON_CALL_THREW", true],
    );
  }
  expect(`${place}: the other call`, await other.catch((/** @type {any} */ error) => error.code), "done");
  await host.close();
}
done();
