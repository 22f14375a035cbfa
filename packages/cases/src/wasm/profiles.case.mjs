// node: --import tsx
// seconds: 600
// Profiles that Node writes show a plugin's functions by their names, in a script that is named after the plugin, in every place.
// A heap snapshot shows the script under that name, in the host's thread and in the plugin's own.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Session } from "node:inspector";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { getHeapSnapshot } from "node:v8";
import { missing } from "@tenon/fixtures";
import { createHost } from "tenon";
import { done, expect, skip } from "../case.mjs";
import { copyOf } from "./from-text.mjs";

const [, , given] = process.argv;
if (given !== undefined) {
  const host = createHost();
  const place = /** @type {"inline" | "worker" | "process"} */ (given);
  const folder = /** @type {string} */ (process.argv[3]);
  const plugin = /** @type {any} */ (await host.open(folder, undefined, { place }));
  await plugin.exports.run(300_000_000);
  await host.close();
  process.exit(0);
}

const reason = missing.rust("wasm32-wasip2") ?? missing.c();
if (reason !== undefined) skip(reason);

/**
 * @param {string} file
 * @param {string} place
 * @returns {string[]} the functions that a profile of the processor shows in scripts of WebAssembly, with their script.
 */
function profiled(file, place) {
  const output = mkdtempSync(join(tmpdir(), "tenon-case-"));
  const main = fileURLToPath(import.meta.url);
  spawnSync(process.execPath, ["--cpu-prof", `--cpu-prof-dir=${output}`, ...process.execArgv, main, place, file]);
  const functions = readdirSync(output).flatMap((name) => {
    const { nodes } = JSON.parse(readFileSync(join(output, name), "utf8"));
    return nodes.map((/** @type {any} */ { callFrame: { functionName, url } }) => `${functionName} in ${url}`);
  });
  rmSync(output, { recursive: true });
  return [...new Set(functions)].map((text) => text.replace(/-[0-9a-f]{8}$/, ""));
}

/**
 * @param {string} name
 * @returns {Promise<string>} a heap snapshot of a plugin's thread, as a debugger takes it.
 */
async function snapshotOfThread(name) {
  const session = new Session();
  session.connect();
  let text = "";
  /** @type {Promise<void>} */
  const taken = new Promise((resolve) => {
    session.on("NodeWorker.receivedMessageFromWorker", ({ params }) => {
      const { id, method, params: given } = JSON.parse(params.message);
      if (method === "HeapProfiler.addHeapSnapshotChunk") text += given.chunk;
      if (id === 1) resolve();
    });
  });
  session.on("NodeWorker.attachedToWorker", ({ params: { sessionId, workerInfo } }) => {
    if (!workerInfo.title.includes(name)) return;
    const message = JSON.stringify({ id: 1, method: "HeapProfiler.takeHeapSnapshot", params: {} });
    session.post("NodeWorker.sendMessageToWorker", { sessionId, message });
  });
  session.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
  // Nothing else keeps the host running meanwhile.
  const alive = setInterval(() => {}, 1000);
  await taken;
  clearInterval(alive);
  session.disconnect();
  return text;
}

/**
 * @param {string} file
 * @param {"inline" | "worker"} place
 * @returns {Promise<string[]>} the scripts of WebAssembly that have a name in a heap snapshot.
 */
async function inHeap(file, place) {
  const host = createHost();
  const plugin = /** @type {any} */ (await host.open(file, undefined, { place }));
  await plugin.exports.run(1000);
  let text = "";
  if (place === "worker") text = await snapshotOfThread(file);
  else for await (const part of getHeapSnapshot()) text += part;
  await host.close();
  const { snapshot, nodes, strings } = JSON.parse(text);
  const { node_fields: fields, node_types: types } = snapshot.meta;
  const found = new Set();
  for (let at = 0; at < nodes.length; at += fields.length) {
    const name = strings[nodes[at + fields.indexOf("name")]];
    if (types[0][nodes[at + fields.indexOf("type")]] === "code" && /^wasm:.*-[0-9a-f]{8}$/.test(name)) found.add(name);
  }
  return [...found].map((name) => name.replace(/-[0-9a-f]{8}$/, "")).sort();
}

const folder = copyOf("profiles-c");
const rust = join(mkdtempSync(join(tmpdir(), "tenon-case-")), "rust.wasm");
const tenon = fileURLToPath(new URL("../bin/tenon.js", import.meta.resolve("tenon")));
execFileSync(process.execPath, [tenon, "build", copyOf("stacks"), "-o", rust], { stdio: "ignore" });
for (const place of ["inline", "worker", "process"]) {
  const ofC = profiled(folder, place).filter((text) => text.startsWith("mix in "));
  expect(`a function of C, ${place}`, ofC, ["mix in wasm://wasm/profiles-c"]);
  const ofRust = profiled(rust, place).filter((text) => /mix\b.* in wasm:/.test(text));
  expect(`a function of Rust, ${place}`, ofRust, ["fails::mix in wasm://wasm/rust.wasm"]);
}
for (const place of /** @type {const} */ (["inline", "worker"])) {
  expect(`a heap snapshot with C, ${place}`, await inHeap(folder, place), ["wasm://wasm/profiles-c"]);
  const scripts = ["wasm://wasm/rust.wasm", "wasm://wasm/rust.wasm-2", "wasm://wasm/rust.wasm-3"];
  expect(`a heap snapshot with Rust, ${place}`, await inHeap(rust, place), scripts);
}
rmSync(dirname(rust), { recursive: true });
done();
