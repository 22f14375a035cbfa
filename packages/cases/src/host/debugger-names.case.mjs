// A debugger shows the thread, the process and the WebAssembly module of a plugin under the plugin's name and file.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { contract, createHost, t } from "tenon";
import { check, done, expect } from "../case.mjs";

const inspected = contract("demo:inspected@1.0.0", { exports: { run: t.func([], t.string) } });
const file = fileURLToPath(new URL("plugins/inspected.mjs", import.meta.url));
const host = createHost();

const session = new Session();
session.connect();
/** @type {string[]} */
const threads = [];
session.on("NodeWorker.attachedToWorker", ({ params }) => threads.push(params.workerInfo.title));
session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
const worker = await host.open(file, inspected, { place: "worker" });
check("thread", threads[0], threads[0]?.includes(`inspected (${file})`) === true, "plugin and file");
await worker.close();
session.disconnect();

const plugin = await host.open(file, inspected, { place: "process" });
const [target, title, options] = (await plugin.exports.run()).split(" | ");
check("process, to a debugger", target, target?.endsWith(`inspected (${file})`) === true, "plugin and file");
check("process, in ps", title, title === `inspected (${file})`, "plugin and file");
expect("arguments and options of Node that it sees", options, "2 0");
await plugin.close();

const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
// (module (func (export "run") unreachable))
const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 7, 1, 3, 114, 117, 110, 0, 0];
writeFileSync(join(folder, "trap.wasm"), Uint8Array.from([...bytes, 10, 5, 1, 3, 0, 0, 11]));
const traps = contract("demo:traps@1.0.0", { exports: { run: t.func([]) } });
const wasm = await host.open(join(folder, "trap.wasm"), traps);
const error = await wasm.exports.run().catch((/** @type {unknown} */ thrown) => /** @type {Error} */ (thrown));
const stack = String(/** @type {{ cause?: Error } | undefined} */ (error)?.cause?.stack);
const url = /wasm:\/\/[^:)\s]+/.exec(stack)?.[0];
check("WebAssembly module", url, /^wasm:\/\/wasm\/trap\.wasm-/.test(url ?? ""), "its file");
await host.close();
rmSync(folder, { recursive: true });
done();
