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

const reason =
  missing.rust("wasm32-wasip2") ??
  missing.rust("wasm32-unknown-unknown") ??
  missing.rust("wasm32-wasip1") ??
  missing.c();
if (reason !== undefined) skip(reason);

const tenon = fileURLToPath(new URL("../bin/tenon.js", import.meta.resolve("tenon")));
const output = mkdtempSync(join(tmpdir(), "tenon-case-"));
const host = createHost();

/**
 * @param {string} file
 * @param {"inline" | "worker" | "process"} place
 * @param {string} name
 */
async function failure(file, place, name) {
  const plugin = /** @type {any} */ (await host.open(file, undefined, { place }));
  const error = await plugin.exports[name](0).catch((/** @type {unknown} */ thrown) => thrown);
  await plugin.close();
  const own = error.pluginStack?.split("\n").filter((/** @type {string} */ line) => !line.includes("plugin_glue.c"));
  const stack = own?.slice(0, 2);
  return { why: error.message.replace(/^.*?: \w+\(\) /, ""), stack };
}

/**
 * @param {string} name
 * @param {Record<string, { why: string, stack: string[] }>} functions
 */
async function shows(name, functions) {
  const folder = copyOf(name);
  const file = join(output, `${name}.wasm`);
  execFileSync(process.execPath, [tenon, "build", folder, "-o", file, "--debug"], { stdio: "ignore" });
  for (const [called, expected] of Object.entries(functions))
    for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
      const { why, stack } = await failure(file, place, called);
      const named = stack.map((/** @type {string} */ line) => line.replace(`${folder}/`, ""));
      expect(`${name}, ${called}(), ${place}`, { why, stack: named }, expected);
    }
}

await shows("stacks", {
  divide: {
    why: "panicked at src/lib.rs:9:5: cannot divide by 0",
    stack: ["at fails::checked (src/lib.rs:9:5)", "at <fails::Fails as fails::Guest>::divide (src/lib.rs:20:9)"],
  },
});
await shows("stacks-c", {
  divide: {
    why: "trapped: Assertion failed: by > 0 (./plugin.c: checked: 7)",
    stack: ["at checked (plugin.c:7:3)", "at plugin_divide (plugin.c:12:10)"],
  },
  stop: {
    why: "aborted after printing: fatal: 0 is no number of stops",
    stack: ["at plugin_stop (plugin.c:17:3)"],
  },
});
/**
 * @param {string} name
 * @param {string} target
 * @param {string[]} options
 */
async function showsQuiet(name, target, options = []) {
  const folder = copyOf(`stacks-${name}`);
  const words = ["--target", target, "--crate-type", "cdylib", "--edition", "2021", ...options, `${name}.rs`];
  execFileSync("rustc", [...words, "-o", `${name}.wasm`], { cwd: folder });
  for (const place of /** @type {const} */ (["inline", "worker", "process"])) {
    const { why, stack } = await failure(join(folder, `${name}.wasm`), place, "divide");
    const functions = stack.map((/** @type {string} */ line) => line.replace(/ \(wasm:.*/, ""));
    expect(
      `stacks-${name} ${options.join(" ")}, ${place}`,
      { why, functions },
      { why: "trapped: unreachable", functions: [`at ${name}::checked`, "at divide"] },
    );
  }
}

// Rust without WASI has nothing to print with; with WASI, its panic hook may print nothing.
await showsQuiet("quiet", "wasm32-unknown-unknown");
await showsQuiet("silent", "wasm32-wasip1");
// The function that sets the hook is compiled into the author's.
await showsQuiet("silent", "wasm32-wasip1", ["-O", "-Clto=fat"]);
expect("the host records no deeper stacks than before", Error.stackTraceLimit, 10);
await host.close();
rmSync(output, { recursive: true });
done();
