/** Finds Go toolchains: on PATH, in the folders of distributions, in the module cache, or by downloading them with GOTOOLCHAIN. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** @import { Toolchain } from "./types.js" */

/** The default versions of a run. For those with ":few", only the builds that differ between releases are made. */
export const defaultVersions = [
  ...["local", "1.27", "1.24", "1.22"],
  ...["1.26.7:few", "1.26.9:few", "1.27.0:few", "1.27.1:few", "1.27.2:few", "1.24.0:few"],
  ...["1.25:few", "1.23:few", "1.21:few", "1.20:few", "1.19:few"],
];

/**
 * Returns `{ version: "1.26.8", minor: 26, goroot, go }` for `wanted`: "local" (the go on PATH), a minor version
 * ("1.27": the newest installed patch release) or an exact one ("1.26.7"). Undefined if it is not available.
 *
 * @param {string} wanted
 * @returns {Toolchain | undefined}
 */
export function findToolchain(wanted) {
  const local = readToolchain("go");
  if (wanted === "local" || wanted === local?.version) return local;
  const atHand = [local, ...installed()].filter((found) => found !== undefined);
  const fitting = atHand.filter(({ version }) => version === wanted || version.startsWith(`${wanted}.`));
  if (fitting.length > 0) return fitting.sort((one, other) => byPatch(other.version) - byPatch(one.version))[0];
  const exact = /^1\.\d+$/.test(wanted) ? `${wanted}.0` : wanted;
  return fetchToolchain(exact);
}

/** @param {string} version */
function byPatch(version) {
  return Number(/^1\.\d+\.(\d+)$/.exec(version)?.[1] ?? -1);
}

function installed() {
  const folders = [
    ...subfolders("/usr/lib", /^go-1\.\d+$/),
    ...subfolders(join(moduleCache(), "golang.org"), /^toolchain@/),
  ];
  return folders.map((folder) => readToolchain(join(folder, "bin", "go")));
}

/**
 * @param {string} folder
 * @param {RegExp} pattern
 */
function subfolders(folder, pattern) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

function moduleCache() {
  return spawnSync("go", ["env", "GOMODCACHE"], { encoding: "utf8" }).stdout?.trim() ?? "";
}

/** @param {string} version */
function fetchToolchain(version) {
  const asked = spawnSync("go", ["env", "GOROOT"], {
    encoding: "utf8",
    env: { ...process.env, GOTOOLCHAIN: `go${version}` },
    timeout: 300_000,
  });
  return asked.status === 0 ? readToolchain(join(asked.stdout.trim(), "bin", "go")) : undefined;
}

/**
 * @param {string} go
 * @returns {Toolchain | undefined}
 */
function readToolchain(go) {
  const env = { ...process.env, GOTOOLCHAIN: "local" };
  const asked = spawnSync(go, ["env", "GOVERSION", "GOROOT"], { encoding: "utf8", env });
  if (asked.status !== 0) return undefined;
  const [goVersion = "", goroot = ""] = asked.stdout.trim().split("\n");
  const version = goVersion.replace(/^go/, "").replace(/ .*$/, "");
  const minor = Number(/^1\.(\d+)/.exec(version)?.[1]);
  return Number.isNaN(minor) ? undefined : { version, minor, goroot, go: join(goroot, "bin", "go") };
}
