// node: --import tsx
// Profiles that Node writes show a plugin's functions by their names, in a script that is named after the plugin, in every place.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

const reason = missing.c();
if (reason !== undefined) skip(reason);

const folder = copyOf("profiles-c");
for (const place of ["inline", "worker", "process"]) {
  const output = mkdtempSync(join(tmpdir(), "tenon-case-"));
  const main = fileURLToPath(import.meta.url);
  spawnSync(process.execPath, ["--cpu-prof", `--cpu-prof-dir=${output}`, ...process.execArgv, main, place, folder]);
  const functions = readdirSync(output).flatMap((file) => {
    const { nodes } = JSON.parse(readFileSync(join(output, file), "utf8"));
    const urls = nodes.map((/** @type {any} */ { callFrame: { functionName, url } }) => `${functionName} in ${url}`);
    return urls.filter((/** @type {string} */ text) => text.startsWith("mix in "));
  });
  const shown = [...new Set(functions)].map((text) => text.replace(/-[0-9a-f]{8}$/, ""));
  expect(`a function of C, ${place}`, shown, ["mix in wasm://wasm/profiles-c"]);
  rmSync(output, { recursive: true });
}
done();
