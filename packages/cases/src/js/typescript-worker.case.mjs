// A plugin starts a thread from a TypeScript file beside it, and that thread starts others: the files are built with the plugin, on
// every version of Node.
import { contract, createHost, t } from "tenon";
import { done, expect } from "../case.mjs";
import { folderOf } from "./folder.mjs";

const run = t.func([["x", t.string]], t.string);
const one = contract("demo:one@1.0.0", { exports: { run, deep: run } });
const { file, remove } = folderOf({
  "shout.ts": "export const shout = (text: string): string => text.toUpperCase();",
  "worker.ts": `import { parentPort, workerData } from "node:worker_threads";
import { shout } from "./shout.ts";
enum Sign { End = "!" }
if (workerData === "fail") throw new Error("as asked");
parentPort!.postMessage(shout(workerData as string) + Sign.End + import.meta.url.split("/").at(-1));
`,
  "deep.ts": `import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
const depth: number = workerData;
if (isMainThread || depth < 0) throw new Error("as asked at the end");
const child =
  depth === 0
    ? new Worker(new URL("./deep/end.ts", import.meta.url), { workerData: "end" })
    : new Worker(new URL("./deep.ts", import.meta.url), { workerData: depth - 1 });
child.on("error", (error: Error) => parentPort!.postMessage(error.message + error.stack));
void once(child, "message").then(([text]: string[]) => parentPort!.postMessage(depth + " " + text));
`,
  "deep/end.ts": `import { parentPort, workerData } from "worker_threads";
enum Sign { End = "!" }
parentPort!.postMessage(workerData + Sign.End + /end.ts:[0-9]+/.exec(new Error().stack!)![0]);
`,
  "plugin.ts": `import { Worker } from "node:worker_threads";
// new Worker(new URL("./gone.ts", import.meta.url)) in a comment builds nothing.
export const run = (x: string) =>
  new Promise<string>((resolve, reject) => {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: x });
    worker.once("message", resolve).once("error", ({ message, stack }) => reject(new Error(message + stack)));
  });
export const deep = (x: string) =>
  new Promise<string>((resolve) => {
    new Worker(new URL("./deep.ts", import.meta.url), { workerData: Number(x) }).once("message", resolve);
  });
`,
});
const host = createHost();
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = await host.open(file("plugin.ts"), one, { place });
  expect(place, await plugin.exports.run("ada"), "ADA!worker.ts");
  expect(`${place}: threads of threads`, await plugin.exports.deep("2"), "2 1 0 end!end.ts:3");
  const failed = await plugin.exports.run("fail").catch((/** @type {Error} */ error) => error.message);
  expect(`${place}: the stack names the file`, /as asked[\s\S]*worker\.ts:4/.test(failed), true);
}
await host.close();
remove();
done();
