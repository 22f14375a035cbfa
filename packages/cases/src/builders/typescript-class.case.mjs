// node: --import tsx
// seconds: 300
// A component made of TypeScript, whose resource class needs what the host provides: the class is made in the function that
// gets the context.
import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { packageFolder } from "@tenon/wasm-fixtures";
import { createHost } from "tenon";
import { done, expect, skip } from "../case.mjs";
import { folderOf } from "../js/folder.mjs";

const { file, remove } = folderOf({
  "plugin.wit": `package demo:kit@1.0.0;
interface things {
  resource counter { constructor(start: u32); add: func(values: list<u32>) -> u32; }
}
world kit { import say: func(text: string); export things; }
`,
  "plugin.ts": `import { plugin } from "tenon/guest";
import { contract, t } from "tenon";

const counter = t.resource("counter", {
  constructs: [["start", t.u32]],
  methods: { add: t.func([["values", t.list(t.u32)]], t.u32) },
});
const kit = contract("demo:kit@1.0.0", {
  imports: { say: t.func([["text", t.string]]) },
  exports: { things: t.interface({ Counter: counter }) },
});

export default plugin(kit, ({ sync }) => {
  class Counter {
    constructor(private count: number) {
      sync.say("starts with " + count);
    }
    add(values: number[]) {
      sync.say("adds " + JSON.stringify(values));
      return (this.count = values.reduce((sum, value) => sum + value, this.count));
    }
  }
  return { things: { Counter } };
});
`,
});
const name = "@bytecodealliance/componentize-js";
const home = await packageFolder("componentize-js").catch(() => skip(`${name} cannot be installed`));
mkdirSync(dirname(file(`node_modules/${name}`)), { recursive: true });
symlinkSync(`${home}/node_modules/${name}`, file(`node_modules/${name}`), "dir");

const main = fileURLToPath(new URL("../../../tenon/bin/tenon.js", import.meta.url));
execFileSync(process.execPath, [main, "build", file("plugin.ts"), "-o", file("plugin.wasm")], { stdio: "pipe" });
const host = createHost();
/** @type {string[]} */
const said = [];
const imports = { say: (/** @type {string} */ text) => said.push(text) };
const plugin = /** @type {any} */ (
  await host.open(file("plugin.wasm"), undefined, /** @type {object} */ ({ imports }))
);
const counter = await plugin.exports.things.Counter.new(3);
expect("3 and [1, 2]", await counter.add([1, 2]), 6);
expect("what the class told the host", said, ["starts with 3", "adds [1,2]"]);
await host.close();
remove();
done();
