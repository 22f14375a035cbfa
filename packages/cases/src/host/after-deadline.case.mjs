// The call right after a missed deadline must wait for the restart: the instance that is being ended must not take it.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const demo = contract("demo:job@1.0.0", {
  exports: {
    spin: t.func([], t.u32),
    add: t.func(
      [
        ["a", t.u32],
        ["b", t.u32],
      ],
      t.u32,
    ),
  },
});
for (const place of /** @type {const} */ (["worker", "process"])) {
  const host = createHost();
  const plugin = await host.open("./plugins/spin.mjs", demo, { place });
  const spun = await plugin
    .with({ deadline: 500 })
    .spin()
    .catch((/** @type {{ code: string }} */ error) => error.code);
  const after = await plugin.exports.add(1, 2).catch((/** @type {{ code: string }} */ error) => error.code);
  expect(`${place}: the call that never returns`, spun, "TENON_CALL_DEADLINE");
  expect(`${place}: the call right after it`, after, 3);
  await host.close();
}
done();
