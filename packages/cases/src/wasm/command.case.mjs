// node: --import tsx
// A command is a program: bytes pass through it unchanged and at any rate, in every place and on the command line.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createHost } from "tenon";
import { done, expect } from "../case.mjs";
import { fromText } from "./from-text.mjs";

const bytes = randomBytes(20_000_000);
const sum = (/** @type {Uint8Array} */ of) => createHash("sha256").update(of).digest("hex").slice(0, 16);
async function* chunks() {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
/** @param {AsyncIterable<Uint8Array>} stream */
async function collect(stream) {
  const all = [];
  for await (const chunk of stream) all.push(chunk);
  return Buffer.concat(all);
}

const host = createHost();
const path = await fromText("copy");
for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
  const plugin = /** @type {any} */ (await host.open(path, undefined, { place }));
  const { stdout, stderr, exitCode } = await plugin.exports.program.start([], chunks());
  const [out, errors] = await Promise.all([collect(stdout), collect(stderr)]);
  expect(`${place}: 20 MB through the program`, [sum(out), errors.length, await exitCode], [sum(bytes), 0, 0]);
}
await host.close();

const main = fileURLToPath(new URL("../../../tenon/bin/tenon.js", import.meta.url));
const child = spawn(process.execPath, [main, "run", path, "--"], { stdio: ["pipe", "pipe", "inherit"] });
const ended = new Promise((resolve) => child.on("close", resolve));
child.stdin.end(bytes);
expect("tenon run copy.wasm -- < in > out", [sum(await collect(child.stdout)), await ended], [sum(bytes), 0]);
done();
