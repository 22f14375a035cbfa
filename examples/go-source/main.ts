/** Opens a folder of Go source like any other plugin. The plugin uses goroutines and returns typed errors. */
import { createHost, isTenonError } from "tenon";
import { contract, t } from "tenon/contract";

const price = t.record("price", { net: t.u32, tax: t.u32 });
const fault = t.variant("fault", { "unknown-country": t.string, "too-large": null });

const prices = contract("demo:prices@1.0.0", {
  imports: { log: t.func([["line", t.string]]) },
  exports: {
    priceOf: t.func(
      [
        ["net", t.u32],
        ["country", t.string],
      ],
      t.result(price, fault),
    ),
    total: t.func([["nets", t.list(t.u32)]], t.u64),
  },
});

await using host = createHost();
await using plugin = await host.open(new URL("plugin", import.meta.url), prices, {
  imports: { log: (line) => console.log(`log: ${line}`) },
  place: "worker",
});

const { net, tax } = await plugin.exports.priceOf(1000, "de");
console.log(`${net} + ${tax}`);
console.log(`total ${await plugin.exports.total([1, 2, 3, 4])}`);
try {
  await plugin.exports.priceOf(1000, "xx");
} catch (error) {
  if (!isTenonError(error, "TENON_CALL_RESULT")) throw error;
  console.log(`refused: ${JSON.stringify(error.payload)}`);
}
console.log(`isolation: ${plugin.isolation.level}`);
