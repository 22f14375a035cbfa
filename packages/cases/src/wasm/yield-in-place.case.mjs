// node: --import tsx
// A guest that only yields ends at its deadline in every place, also where it shares the thread of its host.
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const host = createHost();
const path = await fromText("yield-in-place");
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = /** @type {any} */ (await host.open(path, undefined, { place, limits: { deadline: 500 } }));
  const spun = await plugin.exports.spin().catch((/** @type {{ code: string }} */ error) => error.code);
  expect(`${place}: the call that only yields`, spun, "TENON_CALL_DEADLINE");
}
await host.close();
done();
