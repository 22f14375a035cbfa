// node: --import tsx
// seconds: 600
// A failure in Rust or C says why and where, in every place: what the language printed, and the author's functions with files
// and lines, also those that were compiled into others.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { missing } from "@tenon/fixtures";
import { createHost } from "tenon";
import { done, expect, skip } from "../case.mjs";
import { copyOf } from "./from-text.mjs";

const reason = missing.rust("wasm32-wasip2") ?? missing.c();
if (reason !== undefined) skip(reason);

const tenon = fileURLToPath(new URL("../bin/tenon.js", import.meta.resolve("tenon")));
const output = mkdtempSync(join(tmpdir(), "tenon-case-"));
const host = createHost();

/**
 * @param {string} file
 * @param {"inline" | "worker" | "process"} place
 */
async function failure(file, place) {
  const plugin = /** @type {any} */ (await host.open(file, undefined, { place }));
  const error = await plugin.exports.divide(0).catch((/** @type {unknown} */ thrown) => thrown);
  await plugin.close();
  const stack = error.pluginStack?.split("\n").slice(0, 2);
  return { why: error.message.replace(/^.*?: divide\(\) /, ""), stack };
}

/**
 * @param {string} name
 * @param {{ why: string, stack: string[] }} expected
 */
async function shows(name, expected) {
  const folder = copyOf(name);
  const file = join(output, `${name}.wasm`);
  execFileSync(process.execPath, [tenon, "build", folder, "-o", file, "--debug"], { stdio: "ignore" });
  for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
    const { why, stack } = await failure(file, place);
    const named = stack.map((/** @type {string} */ line) => line.replace(`${folder}/`, ""));
    expect(`${name}, ${place}`, { why, stack: named }, expected);
  }
}

await shows("stacks", {
  why: "panicked at src/lib.rs:9:5: cannot divide by 0",
  stack: ["at fails::checked (src/lib.rs:9:5)", "at <fails::Fails as fails::Guest>::divide (src/lib.rs:15:9)"],
});
await shows("stacks-c", {
  why: "trapped: Assertion failed: by > 0 (./plugin.c: checked: 5)",
  stack: ["at checked (plugin.c:5:3)", "at plugin_divide (plugin.c:10:10)"],
});
await host.close();
rmSync(output, { recursive: true });
done();
