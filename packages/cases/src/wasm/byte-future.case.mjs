// node: --import tsx
// A future of one byte is a number on the side of the host, not an array of bytes.
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const host = createHost();
const path = await fromText("byte-future");
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = /** @type {any} */ (await host.open(path, undefined, { place }));
  expect(`${place}: the value of the future`, await plugin.exports.two(), 0x42);
}
await host.close();
done();
