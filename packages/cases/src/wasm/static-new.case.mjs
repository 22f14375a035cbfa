// node: --import tsx
// WIT allows a static function called new: of a class without a constructor, it is Class.new().
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const host = createHost();
const path = await fromText("static-new");
expect("check", (await host.check(path)).verdict, "fits");
for (const place of /** @type {const} */ (["inline", "worker"])) {
  const plugin = /** @type {any} */ (await host.open(path, undefined, { place }));
  const made = await plugin.exports.things.Response.new();
  expect(`${place}: what it returns`, made.constructor.name, "Response");
}
await host.close();
done();
