// `export default class`: the message says that the class is exported and not an object of it, and what to write instead.
import { check, contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";
import { folderOf } from "./folder.mjs";

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const { file, remove } = folderOf({ "plugin.ts": "export default class Runner { run(x: string) { return x } }" });
const host = createHost();
const error = await host.open(file("plugin.ts"), one).catch((/** @type {any} */ thrown) => thrown);
expect("code", error.code, "TENON_EXPORT_MISSING");
expect("names the class", /method of the class Runner/.test(error.message), true);
expect(
  "says what to write",
  /export default new Runner\(\)/.test(error.findings[0]?.fix?.text ?? error.fix?.text),
  true,
);
await host.close();
remove();

// An unsupported file: the fix names import.meta.url as it is written, not a file of Tenon's own.
const graphql = folderOf({ "plugin.ts": 'import q from "./q.graphql"; export const run = () => q;', "q.graphql": "" });
const [finding] = (await check(graphql.file("plugin.ts"), one)).findings;
expect("fix", finding?.fix?.text, 'Read the file at run time: fs.readFileSync(new URL("./file", import.meta.url)).');
graphql.remove();
done();
