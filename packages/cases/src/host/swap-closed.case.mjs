// A swap that `close` ends says so, whether it is loading the new instance or waiting for the old one's state.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const Box = t.resource("box", { constructs: [], methods: { get: t.func([], t.u32, { async: true }) } });
const kit = contract("demo:kit@1.0.0", {
  imports: { ran: t.func([]), saving: t.func([], undefined, { async: true }) },
  exports: { boxes: t.interface({ Box }) },
});
for (const place of /** @type {const} */ (["inline", "worker", "worker-pool", "process"])) {
  let saving = () => {};
  const imports = {
    ran: () => {},
    saving: () => {
      saving();
      return new Promise((/** @type {(value: void) => void} */ _) => {});
    },
  };
  const host = createHost();
  for (const step of ["checking or opening", "handing over its state"]) {
    const plugin = await host.open("./plugins/boxes.mjs", kit, { place, imports });
    const begun = new Promise((/** @type {(value: void) => void} */ resolve) => {
      saving = resolve;
    });
    const swap = plugin.swap().then(
      () => "swapped",
      (/** @type {{ code: string, message: string }} */ error) =>
        `${error.code}${error.message.endsWith("the plugin was closed") ? " says so" : `: ${error.message}`}`,
    );
    if (step === "handing over its state") await begun;
    await plugin.close();
    expect(`${place}, closed while ${step}`, await swap, "TENON_PLUGIN_CLOSED says so");
  }
  await host.close();
}
done();
