#!/usr/bin/env node
/**
 * `node packages/go-matrix/src/causes.mjs [--quick]` checks that Tenon finds the right cause. For a host and a plugin that differ in
 * one respect, the first finding must have the code for it, and there must be no other cause. Exits with 1 if one is wrong.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkGoPlugins } from "tenon/go";
import { layout } from "./build.mjs";
import { readOptions } from "./options.mjs";
import { findToolchain } from "./toolchains.mjs";

/**
 * Host, plugin, and the expected codes; an empty list if it opens without findings.
 *
 * @type {[host: string, plugins: string | string[], codes: string[]][]}
 */
const expected = [
  ["trimpath", "trimpath", []],
  ["trimpath", "strip-flags", []],
  ["trimpath", "section-stripped", []],
  ["plain", "plain", []],
  ["trimpath", "plain", ["TRIMPATH"]],
  ["plain", "trimpath", ["TRIMPATH"]],
  ["plain", "other-module-cache", ["BUILD_PATH"]],
  ["trimpath", "requires-host", ["HOST_MODULE"]],
  ["trimpath", "replaces-host", ["HOST_MODULE"]],
  ["trimpath", "dep-1.1.0", ["DEPENDENCY"]],
  ["dep-1.1.0", "trimpath", ["DEPENDENCY"]],
  ["plain", "dep-1.1.0-plain", ["DEPENDENCY"]],
  ["trimpath", "world-small-body", ["DEPENDENCY"]],
  ["trimpath", "race-trimpath", ["RACE"]],
  ["race-trimpath", "trimpath", ["RACE"]],
  ["trimpath", "asan", ["RACE"]],
  ["trimpath", "optimisation-off-trimpath", ["COMPILER_FLAGS"]],
  ["trimpath", "inlining-off", ["COMPILER_FLAGS"]],
  ["plain", "flag-trimpath-empty", ["TRIM_FLAG"]],
  ["trimpath", "experiment-jsonv2", ["EXPERIMENT"]],
  ["trimpath", "experiment-fieldtrack", ["EXPERIMENT"]],
  ["trimpath", "netgo", ["TAGS"]],
  ["netgo", "trimpath", ["TAGS"]],
  ["trimpath", "osusergo", ["TAGS"]],
  ["trimpath", "pgo-parsing", ["PROFILE"]],
  ["trimpath", "cover-all", ["COVER"]],
  ["test-binary-cover", "inside-host", ["COVER"]],
  ["trimpath", "pluginpath", ["PLUGIN_PATH"]],
  ["trimpath", "symbol-lost", ["SYMBOL_MISSING"]],
  ["trimpath", "symbolic", ["SYMBOLIC"]],
  ["trimpath", "c-shared", ["NOT_A_PLUGIN"]],
  ["trimpath", "link-shared", ["NOT_A_PLUGIN"]],
  ["trimpath", "undefined-symbol", ["SYMBOL_UNDEFINED"]],
  ["trimpath", "dep-replaced", ["SILENT_SKEW"]],
  ["trimpath", "world-large-body", ["SILENT_SKEW"]],
  ["trimpath", "amd64-v3", ["DIFFERENCE"]],
  ["trimpath", "unused-tag", ["DIFFERENCE"]],
  ["trimpath", "bounds-off", ["DIFFERENCE"]],
  ["static", "trimpath", ["HOST_STATIC"]],
  ["cgo-off", "trimpath", ["HOST_NO_CGO"]],
  ["no-export-dynamic", "trimpath", ["HOST_NO_SYMBOLS"]],
  // With a list of plugins, the codes are those of the last one.
  ["trimpath", ["plain", "plain"], ["PREVIOUS_FAILURE"]],
];

const options = readOptions();
const [version = "local"] = options.versions;
const toolchain = findToolchain(version.replace(/:few$/, ""));
if (toolchain === undefined) {
  console.error(`Go ${version} is not available here`);
  process.exit(1);
}
const { built } = layout(options.cache, toolchain);
let right = 0;
let wrong = 0;
const absent = [];
for (const [host, names, codes] of expected) {
  const plugins = [names].flat().map((name) => join(built, "plugin", `${name}.so`));
  const hostFile = join(built, "host", host);
  if (![hostFile, ...plugins].every(existsSync)) {
    absent.push(`${host} with ${names}`);
    continue;
  }
  const { results } = await checkGoPlugins(hostFile, plugins, { sysroot: "/" });
  const found = (results.at(-1)?.findings ?? []).map(({ code }) => code.replace("TENON_GO_", ""));
  const isRight = codes.length === found.length && codes.every((code, at) => code === found[at]);
  if (isRight) right++;
  else {
    wrong++;
    console.log(
      `host ${host}, plugin ${names}: expected ${codes.join(", ") || "nothing"}, found ${found.join(", ") || "nothing"}`,
    );
  }
}
console.log(`right causes: ${right} of ${right + wrong}`);
if (absent.length > 0) console.log(`not built here: ${absent.join("; ")}`);
process.exitCode = wrong > 0 || right === 0 ? 1 : 0;
