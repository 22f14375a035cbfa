/** The variants for both hosts and plugins. */
import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { profile } from "../profile.mjs";
import { runCommand } from "../run-command.mjs";
import { replaced, worldNames } from "../sources.mjs";

/** @import { BuildContext, Edit, RolelessVariant, Role, Variant } from "../types.js" */

const trim = ["-trimpath"];

/** Profiles that make the compiler inline different calls. */
export const profiles = {
  formatting: profile([
    ["fmt.Sprint", "fmt.(*pp).doPrint"],
    ["fmt.(*pp).doPrint", "fmt.(*pp).printArg"],
    ["fmt.(*pp).printArg", "fmt.(*pp).fmtInteger"],
    ["runtime.newobject", "runtime.mallocgc"],
    ["runtime.mallocgc", "runtime.nextFreeFast"],
  ]),
  parsing: profile([
    ["net.ParseIP", "net.parseIP"],
    ["net/netip.ParseAddr", "net/netip.parseIPv4"],
    ["runtime.growslice", "runtime.roundupsize"],
    ["runtime.mapaccess1_faststr", "runtime.memequal"],
  ]),
};

/**
 * Changes the module file: requires or replaces every module in `lines`.
 *
 * @param {readonly string[]} lines
 * @returns {Edit}
 */
export function inModuleFile(lines) {
  return (files) => {
    files["go.mod"] += `\n${lines.join("\n")}\n`;
  };
}

/**
 * Requires another version of example.com/dep.
 *
 * @param {string} version
 * @returns {Edit}
 */
export function dependency(version) {
  return (files) => {
    files["go.mod"] = replaced(files["go.mod"], "example.com/dep v1.0.0", `example.com/dep ${version}`);
  };
}

/**
 * Puts a profile where `go build` finds it automatically.
 *
 * @param {keyof typeof profiles} name
 * @returns {Edit}
 */
export function withProfile(name) {
  return (files) => {
    files["default.pgo"] = profiles[name];
  };
}

/**
 * Copies the toolchain to another folder once, to build with a GOROOT that was moved or is writable.
 *
 * @param {BuildContext} context
 */
export function copiedGoroot({ cache, version, goroot }) {
  const target = join(cache, "goroots", version);
  if (!existsSync(target)) cpSync(goroot, target, { recursive: true, verbatimSymlinks: true });
}

const vendored = [["sh", "-c", "GOFLAGS='-mod=mod -modcacherw' {go} mod tidy && {go} mod vendor"]];
/** @type {Map<string, Promise<void>>} */
const shared = new Map();

/**
 * Installs the standard library as one shared object into the copied toolchain, once.
 *
 * @param {BuildContext} context
 */
function sharedStandardLibrary({ cache, version }) {
  const goroot = join(cache, "goroots", version);
  if (!shared.has(goroot)) shared.set(goroot, install(goroot));
  return shared.get(goroot);
}

/** @param {string} goroot */
async function install(goroot) {
  if (existsSync(join(goroot, "pkg", "linux_amd64_dynlink", "libstd.so"))) return;
  const env = { ...process.env, GOROOT: goroot, GOTOOLCHAIN: "local", GOFLAGS: "", CGO_ENABLED: "1" };
  const done = await runCommand(join(goroot, "bin", "go"), ["install", "-buildmode=shared", "-linkshared", "std"], {
    env,
    limit: 900_000,
  });
  if (done.code !== 0) throw new Error(`go install -buildmode=shared std: ${done.stderr.trim()}`);
}

const moved = { GOROOT: "{cache}/goroots/{version}" };

/**
 * The variants that make sense for both sides. `quick` marks those of the short run.
 *
 * @param {Role} role
 * @returns {Variant[]}
 */
export function sharedVariants(role) {
  /** @type {RolelessVariant[]} */
  const variants = [
    { name: "plain", quick: true },
    { name: "trimpath", flags: trim, quick: true },
    { name: "other-module-cache", moduleCache: "other", quick: true },
    { name: "vendor", prepare: vendored, env: { GOFLAGS: "-mod=vendor -buildvcs=false" }, quick: true },
    { name: "vendor-trimpath", flags: trim, prepare: vendored, env: { GOFLAGS: "-mod=vendor -buildvcs=false" } },
    { name: "dep-1.0.1", flags: trim, edit: dependency("v1.0.1"), quick: true },
    { name: "dep-1.1.0", flags: trim, edit: dependency("v1.1.0"), quick: true },
    { name: "dep-1.1.0-plain", edit: dependency("v1.1.0") },
    { name: "dep-replaced", flags: trim, edit: inModuleFile(["replace example.com/dep => example.com/dep v1.1.0"]) },
    ...worldNames
      .filter((world) => world !== "base")
      .map((world) => ({ name: `world-${world}`, flags: trim, world, quick: true })),
    { name: "strip-flags", flags: [...trim, "-ldflags=-s -w"], quick: true },
    { name: "stamp", flags: [...trim, `-ldflags=-X=example.com/dep.Stamp=${role}`], quick: true },
    { name: "unused-tag", flags: [...trim, "-tags=unused"] },
    { name: "netgo", flags: [...trim, "-tags=netgo"], quick: true },
    { name: "osusergo", flags: [...trim, "-tags=osusergo"] },
    { name: "netgo-osusergo", flags: [...trim, "-tags=netgo,osusergo"] },
    { name: "optimisation-off-main", flags: [...trim, "-gcflags=-N -l"], quick: true },
    { name: "optimisation-off", flags: ["-gcflags=all=-N -l"] },
    { name: "optimisation-off-trimpath", flags: [...trim, "-gcflags=all=-N -l"], quick: true },
    { name: "cover", flags: [...trim, "-cover"], minors: [20, 99], quick: true },
    { name: "cover-all", flags: [...trim, "-cover", "-coverpkg=all"], minors: [20, 99], rare: true },
    { name: "race", flags: ["-race"] },
    { name: "race-trimpath", flags: [...trim, "-race"], quick: true },
    { name: "msan", flags: [...trim, "-msan"], rare: true },
    { name: "asan", flags: [...trim, "-asan"], rare: true },
    { name: "pgo-formatting", flags: trim, edit: withProfile("formatting"), minors: [21, 99] },
    { name: "pgo-parsing", flags: trim, edit: withProfile("parsing"), minors: [21, 99] },
    { name: "pgo-off", flags: [...trim, "-pgo=off"], edit: withProfile("parsing"), minors: [21, 99] },
    { name: "experiment-fieldtrack", flags: trim, env: { GOEXPERIMENT: "fieldtrack" }, rare: true },
    { name: "experiment-arenas", flags: trim, env: { GOEXPERIMENT: "arenas" }, minors: [20, 99] },
    { name: "experiment-nogreenteagc", flags: trim, env: { GOEXPERIMENT: "nogreenteagc" }, minors: [26, 27] },
    { name: "experiment-jsonv2", flags: trim, env: { GOEXPERIMENT: "jsonv2" }, minors: [25, 26], rare: true },
    { name: "amd64-v3", flags: trim, env: { GOAMD64: "v3" } },
    { name: "cgo-flags", flags: trim, env: { CGO_CFLAGS: "-O0" } },
    { name: "cgo-debug", flags: trim, env: { CGO_CFLAGS: "-g3 -O1" } },
    { name: "bounds-off", flags: [...trim, "-gcflags=all=-B"], rare: true },
    { name: "spectre", flags: [...trim, "-gcflags=all=-spectre=all"], rare: true },
    { name: "dwarf-off", flags: [...trim, "-gcflags=all=-dwarf=false"], rare: true },
    { name: "inlining-off", flags: [...trim, "-gcflags=all=-l"], rare: true },
    { name: "flag-trimpath", flags: ["-gcflags=all=-trimpath={source}"] },
    { name: "flag-trimpath-empty", flags: ["-gcflags=all=-trimpath="], rare: true },
    { name: "moved-goroot", env: moved, prepare: [copiedGoroot], command: inGoroot(role, []), rare: true },
    { name: "moved-goroot-trimpath", env: moved, prepare: [copiedGoroot], command: inGoroot(role, trim), rare: true },
    {
      name: "link-shared",
      env: moved,
      prepare: [copiedGoroot, sharedStandardLibrary],
      command: inGoroot(role, ["-linkshared"]),
      rare: true,
    },
    { name: "link-internal", flags: [...trim, "-ldflags=-linkmode=internal"] },
    { name: "section-stripped", from: "trimpath", after: [["strip", "-s", "{out}"]], quick: true },
    { name: "strip-unneeded", from: "trimpath", after: [["strip", "--strip-unneeded", "{out}"]], quick: true },
    { name: "strip-debug", from: "plain", after: [["objcopy", "--strip-debug", "{out}"]] },
    {
      name: "without-build-info",
      from: "trimpath",
      after: [["objcopy", "--remove-section=.go.buildinfo", "--remove-section=.note.go.buildid", "{out}"]],
    },
    { name: "compressed-debug", from: "plain", after: [["objcopy", "--compress-debug-sections=zlib-gabi", "{out}"]] },
    { name: "decompressed-debug", from: "plain", after: [["objcopy", "--decompress-debug-sections", "{out}"]] },
    { name: "no-section-headers", from: "trimpath", after: [withoutSectionHeaders], quick: true },
  ];
  return variants.map((variant) => ({ ...variant, role }));
}

/**
 * @param {Role} role
 * @param {readonly string[]} flags
 */
function inGoroot(role, flags) {
  const mode = role === "plugin" ? ["-buildmode=plugin"] : [];
  return [["{cache}/goroots/{version}/bin/go", "build", ...mode, ...flags, "-o", "{out}", "."]];
}

/**
 * Clears e_shoff, e_shnum and e_shstrndx.
 *
 * @param {BuildContext} context
 */
export async function withoutSectionHeaders({ out }) {
  const { readFileSync, writeFileSync } = await import("node:fs");
  const bytes = readFileSync(out);
  bytes.writeBigUInt64LE(0n, 0x28);
  bytes.writeUInt16LE(0, 0x3c);
  bytes.writeUInt16LE(0, 0x3e);
  writeFileSync(out, bytes);
}
