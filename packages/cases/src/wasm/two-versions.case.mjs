// node: --import tsx
// Exports of two versions of one interface are no conflict: each is called for its own.
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const host = createHost();
const path = await fromText("two-versions");
const { verdict, findings } = await host.check(path);
expect("check", [verdict, findings.map(({ code }) => code)], ["fits", []]);
const plugin = /** @type {any} */ (await host.open(path));
expect("the run of each", [await plugin.exports.run.run(), await plugin.exports.cliRun.run()], [null, null]);
await host.close();
done();
