// node: --import tsx
// seconds: 600
// Profiles that Node writes show a plugin's functions by their names, in a script that is named after the plugin, in every place.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
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
rmSync(dirname(rust), { recursive: true });
done();
