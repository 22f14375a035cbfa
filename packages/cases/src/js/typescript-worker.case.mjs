// A plugin starts a thread from a TypeScript file beside it: the file is built with the plugin, on every version of Node.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";
import { folderOf } from "./folder.mjs";

const one = contract("demo:one@1.0.0", { exports: { run: t.func([["x", t.string]], t.string) } });
const { file, remove } = folderOf({
  "shout.ts": "export const shout = (text: string): string => text.toUpperCase();",
  "worker.ts": `import { parentPort, workerData } from "node:worker_threads";
import { shout } from "./shout.ts";
enum Sign { End = "!" }
if (workerData === "fail") throw new Error("as asked");
parentPort!.postMessage(shout(workerData as string) + Sign.End + import.meta.url.split("/").at(-1));
`,
  "plugin.ts": `import { Worker } from "node:worker_threads";
// new Worker(new URL("./gone.ts", import.meta.url)) in a comment builds nothing.
export const run = (x: string) =>
  new Promise<string>((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: x });
    worker.once("message", resolve).once("error", ({ message, stack }) => reject(new Error(message + stack)));
  });
`,
});
const host = createHost();
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = await host.open(file("plugin.ts"), one, { place });
  expect(place, await plugin.exports.run("ada"), "ADA!worker.ts");
  const failed = await plugin.exports.run("fail").catch((/** @type {Error} */ error) => error.message);
  expect(`${place}: the stack names the file`, /as asked[\s\S]*worker\.ts:4/.test(failed), true);
}
await host.close();
remove();
done();
