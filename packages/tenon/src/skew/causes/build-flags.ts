import {
  cgoDiffers,
  compilerFlagsDiffer,
  coverageDiffers,
  coveragePackagesDiffer,
  experimentsDiffer,
  hostIsTestBinary,
  profilesDiffer,
  sanitizerDiffers,
  trimFlagDiffers,
} from "../../errors/factories/skew.js";
import type { Finding } from "../../errors/index.js";
import type { GoProgram } from "../program/go-program.js";
import { shellWord } from "../program/shell-word.js";
import { isTestBinary } from "./build-evidence.js";
import { type Cause, type Difference, type Explanation, isInModule, onlySide, rebuildCommand } from "./cause.js";

/** -race, -msan and -asan: each has its own runtime. */
export const sanitizers: Cause = (difference) =>
  ["-race", "-msan", "-asan"].flatMap((flag) => {
    const [host, plugin] = settings(difference, flag);
    if (host === plugin) return [];
    const only = onlySide(host === "true");
    return [ofEverything(sanitizerDiffers(difference.plugin.path, flag, only, rebuildCommand(difference)))];
  });

/** -gcflags for all packages, as debuggers and editors set them, and the compiler's own -trimpath. */
export const compilerFlags: Cause = (difference) => {
  const [host, plugin] = settings(difference, "-gcflags");
  const isEqual = significant(host) === significant(plugin);
  if (isEqual || ![host, plugin].some(concernsDependencies)) return [];
  const isTrim = [host, plugin].some((flags) => /-trimpath\b/.test(flags));
  const make = isTrim ? trimFlagDiffers : compilerFlagsDiffer;
  return [ofEverything(make(difference.plugin.path, { host, plugin }, rebuildCommand(difference)))];
};

/** GOEXPERIMENT. */
export const experiments: Cause = (difference) => {
  const [host, plugin] = [experimentsOf(difference.host), experimentsOf(difference.plugin)];
  if (host === plugin) return [];
  return [ofEverything(experimentsDiffer(difference.plugin.path, { host, plugin }, rebuildCommand(difference)))];
};

/** -pgo: a profile changes what is inlined, and inlined bodies are part of a package's hash. */
export const profiles: Cause = (difference) => {
  const [host = "", plugin = ""] = settings(difference, "-pgo").map((path) => (path === "off" ? "" : path));
  if (host === plugin) return [];
  return [ofEverything(profilesDiffer(difference.plugin.path, { host, plugin }, rebuildCommand(difference)))];
};

/** -cover on one side only: it rewrites the packages of the main module. */
export const coverage: Cause = (difference) => {
  const { host, plugin, names } = difference;
  const [ofHost, ofPlugin] = settings(difference, "-cover");
  if (ofHost === ofPlugin) return [];
  const mains = [host, plugin].map((each) => each.buildInfo?.main?.path).filter((path) => path !== undefined);
  const explains = (name: string) => mains.some((main) => isInModule(name, main));
  if (![...names].some(explains)) return [];
  const only = onlySide(ofHost === "true");
  return [{ finding: coverageDiffers(plugin.path, only, rebuildCommand(difference)), explains }];
};

/** -coverpkg, which leaves no trace except -cover: searched last, for packages that nothing else explains. */
export const coverageElsewhere: Cause = (difference) => {
  const { names, plugin } = difference;
  if (names.size === 0 || !settings(difference, "-cover").includes("true")) return [];
  return [ofEverything(coveragePackagesDiffer(plugin.path, [...names], rebuildCommand(difference)))];
};

/** A host that go test built contains the package under test with the test's files in it. */
export const testHost: Cause = (difference) => {
  const { host, plugin, names } = difference;
  const main = host.buildInfo?.main?.path;
  const isDependency = plugin.buildInfo?.dependencies.some(({ path }) => path === main) === true;
  if (main === undefined || isDependency || !isTestBinary(host) || coverage(difference).length > 0) return [];
  const explains = (name: string) => isInModule(name, main);
  if (![...names].some(explains)) return [];
  const tested = (host.buildInfo?.path ?? ".").replace(/\.test$/, "");
  const command = `go build -o ${shellWord(host.location)} ${shellWord(tested)}`;
  return [{ finding: hostIsTestBinary(host.path, command), explains }];
};

/** cgo on one side only. */
export const cgo: Cause = (difference) => {
  const [host, plugin] = settings(difference, "CGO_ENABLED");
  if (host === plugin || host === "" || plugin === "") return [];
  return [ofEverything(cgoDiffers(difference.plugin.path, onlySide(host === "1"), rebuildCommand(difference)))];
};

/** A cause that can change every package. */
function ofEverything(finding: Finding): Explanation {
  return { finding, explains: () => true };
}

/** Returns the values of a setting, empty if it is not set. */
function settings({ host, plugin }: Difference, name: string): [host: string, plugin: string] {
  // The flags of a plugin without build information are unknown.
  if (plugin.buildInfo === undefined) return ["", ""];
  return [host.setting(name) ?? "", plugin.setting(name) ?? ""];
}

function experimentsOf(program: GoProgram): string {
  const recorded = /[ -]X:(\S+)/.exec(program.buildInfo?.goVersion ?? "")?.[1];
  return program.setting("GOEXPERIMENT") ?? recorded ?? "";
}

/** Whether flags apply to more than the main package: they begin with a pattern such as `all=`. */
function concernsDependencies(flags: string): boolean {
  return flags.split(/\s+(?=[^-\s]+=)|^/).some((part) => /^['"]?[^-=\s][^=\s]*=/.test(part.trim()));
}

/** Flags that do not change package hashes: bounds checks, debug data, Spectre mitigations. */
const harmless = /(?<=^|[\s=])-(?:B|dwarf(?:=\w+)?|dwarflocationlists(?:=\w+)?|spectre=\S+|c=\d+)(?=\s|$)/g;

function significant(flags: string): string {
  const left = flags.replaceAll(harmless, "").replaceAll(/\s+/g, " ").trim();
  return /^[^=\s]+=$/.test(left) && !left.startsWith("-") ? "" : left;
}
