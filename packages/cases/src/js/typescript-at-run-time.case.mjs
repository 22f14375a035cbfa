// import() of a .ts file whose name is known only at run time: it works where Node runs TypeScript; elsewhere the error
// names both files, the line, and what to do.
import { contract, createHost, t } from "tenon";
import { check, done, expect } from "../case.mjs";
import { folderOf } from "./folder.mjs";

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const { file, remove } = folderOf({
  "hello.ts": 'export const hello: string = "hello";',
  "plugin.ts":
    'export async function run(x: string) {\n  return (await import(new URL("./" + x + ".ts", import.meta.url).href)).hello;\n}',
});
const host = createHost();
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = await host.open(file("plugin.ts"), one, { place });
  const answer = await plugin.exports.run("hello").catch((/** @type {any} */ error) => error);
  if (answer === "hello") expect(place, answer, "hello");
  else {
    expect(`${place}: code`, answer.code, "TENON_CALL_THREW");
    check(`${place}: message`, answer.message, answer.message.includes(file("hello.ts")), "names the file");
    expect(`${place}: line`, answer.pluginStack?.includes(`${file("plugin.ts")}:2:`), true);
    check(`${place}: fix`, answer.fix.text, /import\("\.\/hello\.ts"\)/.test(answer.fix.text), "names the import");
  }
}
await host.close();
remove();
done();
