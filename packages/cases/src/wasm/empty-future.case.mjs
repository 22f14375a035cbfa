// node: --import tsx
// A future without a value needs no memory: writing it from any pointer waits for its reader (-1).
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const host = createHost();
const plugin = /** @type {any} */ (await host.open(await fromText("empty-future")));
expect("the status of the write", await plugin.exports.f(), -1);
await host.close();
done();
