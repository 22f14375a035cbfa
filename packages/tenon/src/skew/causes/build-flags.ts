import { type Code, finding } from "../../errors/index.js";
import type { GoProgram } from "../go-program.js";
import { shellWord } from "../shell-word.js";
import { type Cause, type Difference, type Explanation, isInModule, rebuildPlugin } from "./cause.js";
import { isTestBinary } from "./evidence.js";

/** -race, -msan and -asan: each brings its own runtime. */
export const sanitizers: Cause = (difference) =>
  ["-race", "-msan", "-asan"].flatMap((flag) => {
    const [host, plugin] = settings(difference, flag);
    if (host === plugin) return [];
    const side = host === "true" ? "only the host was" : "only the plugin was";
    return one(
      difference,
      "TENON_GO_RACE",
      `${side} built with ${flag}`,
      `Build both alike: with ${flag}, or without.`,
    );
  });

/** -gcflags for all packages: what debuggers and editors set, and the compiler's own -trimpath. */
export const compilerFlags: Cause = (difference) => {
  const [host, plugin] = settings(difference, "-gcflags");
  const isEqual = significant(host) === significant(plugin);
  if (isEqual || ![host, plugin].some(concernsDependencies)) return [];
  const isTrim = [host, plugin].some((flags) => /-trimpath\b/.test(flags));
  const message = `host and plugin were compiled with other -gcflags: the host with ${shown(host)}, the plugin with ${shown(plugin)}`;
  return isTrim
    ? one(
        difference,
        "TENON_GO_TRIM_FLAG",
        `${message}; -gcflags=-trimpath does not do what go build -trimpath does`,
        "Use go build -trimpath on both sides instead.",
      )
    : one(difference, "TENON_GO_COMPILER_FLAGS", message, "Build the plugin with the host's -gcflags.");
};

/** GOEXPERIMENT. */
export const experiments: Cause = (difference) => {
  const [host, plugin] = [experimentsOf(difference.host), experimentsOf(difference.plugin)];
  if (host === plugin) return [];
  return one(
    difference,
    "TENON_GO_EXPERIMENT",
    `host and plugin were built with other experiments: the host with GOEXPERIMENT=${host || "(none)"}, the plugin with ${plugin || "(none)"}`,
    `Build the plugin with the host's GOEXPERIMENT.`,
  );
};

/** -pgo: a profile changes what is inlined, and inlined bodies are compared. */
export const profiles: Cause = (difference) => {
  const [host, plugin] = settings(difference, "-pgo").map((path) => (path === "off" ? "" : path));
  if (host === plugin) return [];
  return one(
    difference,
    "TENON_GO_PROFILE",
    `host and plugin were optimised with other profiles: the host with ${host || "none"}, the plugin with ${plugin || "none"}`,
    "Build both with the same profile (-pgo=FILE), or both with -pgo=off.",
  );
};

/** -cover on one side only: it rewrites the packages of the main module. */
export const coverage: Cause = (difference) => {
  const { host, plugin, names } = difference;
  const [theirs, ours] = settings(difference, "-cover");
  if (theirs === ours) return [];
  const mains = [host, plugin].map((each) => each.buildInfo?.main?.path).filter((path) => path !== undefined);
  const explains = (name: string) => mains.some((main) => isInModule(name, main));
  if (![...names].some(explains)) return [];
  const message = `only the ${theirs === "true" ? "host" : "plugin"} was built with -cover`;
  return one(difference, "TENON_GO_COVER", message, "Build both without -cover.", explains);
};

/** -coverpkg, which leaves no trace but -cover itself: sought last, for what nothing else accounts for. */
export const coverageElsewhere: Cause = (difference) => {
  if (difference.names.size === 0 || !settings(difference, "-cover").includes("true")) return [];
  const message = "host or plugin was built with -cover, and -coverpkg seems to have rewritten other packages";
  return one(difference, "TENON_GO_COVER", message, "Build both without -cover.");
};

/** A host that go test built holds the package under test with the test's files in it. */
export const testHost: Cause = (difference) => {
  const { host, plugin, names } = difference;
  const main = host.buildInfo?.main?.path;
  const isDependency = plugin.buildInfo?.dependencies.some(({ path }) => path === main) === true;
  if (main === undefined || isDependency || !isTestBinary(host) || coverage(difference).length > 0) return [];
  const explains = (name: string) => isInModule(name, main);
  if (![...names].some(explains)) return [];
  return [
    {
      finding: finding("TENON_GO_COVER", {
        subject: host.path,
        message: `${host.path} was built by go test, which compiles the package under test in another way`,
        cause: "go test adds the test's files to the package, and so changes what is compared.",
        fix: {
          text: "Try the plugin with the program that go build makes, not with the test's.",
          command: `go build -o ${shellWord(host.location)} ${shellWord((host.buildInfo?.path ?? ".").replace(/\.test$/, ""))}`,
        },
      }),
      explains,
    },
  ];
};

/** cgo on one side only. */
export const cgo: Cause = (difference) => {
  const [host, plugin] = settings(difference, "CGO_ENABLED");
  if (host === plugin || host === "" || plugin === "") return [];
  return one(
    difference,
    "TENON_GO_CGO",
    `only the ${host === "1" ? "host" : "plugin"} was built with cgo`,
    "Build both with CGO_ENABLED=1.",
  );
};

function one(
  difference: Difference,
  code: Code,
  message: string,
  cure: string,
  explains: Explanation["explains"] = () => true,
): Explanation[] {
  return [
    {
      finding: finding(code, {
        subject: difference.plugin.path,
        message,
        fix: rebuildPlugin(difference, cure),
      }),
      explains,
    },
  ];
}

/** The values of a setting, empty where it is not set. */
function settings({ host, plugin }: Difference, name: string): [host: string, plugin: string] {
  // A plugin without build information says nothing of its flags.
  if (plugin.buildInfo === undefined) return ["", ""];
  return [host.setting(name) ?? "", plugin.setting(name) ?? ""];
}

function experimentsOf(program: GoProgram): string {
  const beside = /[ -]X:(\S+)/.exec(program.buildInfo?.goVersion ?? "")?.[1];
  return program.setting("GOEXPERIMENT") ?? beside ?? "";
}

/** Whether flags reach further than the main package: they begin with a pattern such as `all=`. */
function concernsDependencies(flags: string): boolean {
  return flags.split(/\s+(?=[^-\s]+=)|^/).some((part) => /^['"]?[^-=\s][^=\s]*=/.test(part.trim()));
}

/** Flags that leave no trace in what is compared: bounds checks, debug data, Spectre mitigations. */
const harmless = /(?<=^|[\s=])-(?:B|dwarf(?:=\w+)?|dwarflocationlists(?:=\w+)?|spectre=\S+|c=\d+)(?=\s|$)/g;

function significant(flags: string): string {
  const left = flags.replaceAll(harmless, "").replaceAll(/\s+/g, " ").trim();
  return /^[^=\s]+=$/.test(left) && !left.startsWith("-") ? "" : left;
}

function shown(flags: string): string {
  return flags === "" ? "none" : `"${flags}"`;
}
