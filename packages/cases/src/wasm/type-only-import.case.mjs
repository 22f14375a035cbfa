// node: --import tsx
// seconds: 600
// An interface that a world imports for its types only has no functions, so nobody needs to provide it.
import { missing } from "@tenon/fixtures";
import { createHost } from "tenon";
import { done, expect, skip } from "../case.mjs";
import { copyOf } from "./from-text.mjs";

const reason = missing.rust("wasm32-wasip2");
if (reason !== undefined) skip(reason);

const host = createHost();
const folder = copyOf("type-only-import");
expect("check of the source", (await host.check(folder)).verdict, "fits");
const plugin = /** @type {any} */ (await host.open(folder, undefined, { limits: { load: 500_000 } }));
expect("the sum of a price", await plugin.exports.api.sum({ net: 3, tax: 4 }), 7);
await host.close();
done();
