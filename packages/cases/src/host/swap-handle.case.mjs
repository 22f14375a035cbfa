// A method of an object that is called while a swap hands over state: it runs, counts and is answered, or it does not run.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const Box = t.resource("box", { constructs: [], methods: { get: t.func([], t.u32, { async: true }) } });
const kit = contract("demo:kit@1.0.0", {
  imports: { ran: t.func([]), saving: t.func([], undefined, { async: true }) },
  exports: { boxes: t.interface({ Box }) },
});
for (const place of /** @type {const} */ (["inline", "worker", "worker-pool", "process"])) {
  let ran = 0;
  let saving = () => {};
  let save = () => {};
  const imports = {
    ran: () => void ran++,
    saving: () => {
      saving();
      return new Promise((/** @type {(value: void) => void} */ resolve) => {
        save = resolve;
      });
    },
  };
  const host = createHost();
  const plugin = await host.open("./plugins/boxes.mjs", kit, { place, imports });
  /** @type {Record<string, number>} */
  const outcomes = {};
  for (let round = 0; round < 5; round++) {
    const box = await plugin.exports.boxes.Box.new();
    ran = 0;
    const begun = new Promise((/** @type {(value: void) => void} */ resolve) => {
      saving = resolve;
    });
    const swap = plugin.swap();
    await begun;
    const call = box.get().then(
      () => "answered",
      (/** @type {{ code: string }} */ error) => error.code,
    );
    save();
    const outcome = await call;
    await swap;
    const key = `${outcome}, ran ${ran} times`;
    outcomes[key] = (outcomes[key] ?? 0) + 1;
  }
  expect(place, outcomes, { "TENON_RESOURCE_GONE, ran 0 times": 5 });
  await host.close();
}
done();
