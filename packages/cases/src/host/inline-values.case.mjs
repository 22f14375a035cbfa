// A plugin in the host's own thread answers with an object whose getter answers something else the second time.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";

const path = join(mkdtempSync(join(tmpdir(), "tenon-case-")), "plugin.mjs");
writeFileSync(
  path,
  `export const get = () => { let reads = 0; return { get a() { return reads++ === 0 ? 1 : "not a number"; } }; };`,
);
const record = contract("demo:record@1.0.0", { exports: { get: t.func([], t.record("r", { a: t.u32 })) } });
const host = createHost();
const plugin = await host.open(path, record);
expect("the contract says u32, the host sees", typeof (await plugin.exports.get()).a, "number");
await host.close();
done();
