import {
  hostExportsNothing,
  hostIsLibrary,
  hostLinkedShared,
  hostNotAProgram,
  hostNotGo,
  hostStatic,
  hostSystemUnsupported,
  hostSystemWithoutPlugins,
  hostUsesNoPlugins,
  hostWithoutCgo,
} from "../../errors/factories/go.js";
import { type Finding, isTenonError } from "../../errors/index.js";
import { goTexts } from "../quoted/go.js";
import type { GoProgram } from "./go-program.js";
import type { Step } from "./outcome.js";
import { shellWord } from "./shell-word.js";

/** Returns what the host does with every plugin, if it cannot open any or cannot be predicted; otherwise `undefined`. */
export function stepOfEveryPlugin(host: GoProgram): Step | undefined {
  const { elf, path } = host;
  if (elf.header.type !== "executable" && elf.header.type !== "shared") return unpredictable(hostNotAProgram(path));
  const isLibrary = elf.dynamic !== undefined && elf.interpreter === undefined && !elf.dynamic.isProgram;
  if (isLibrary) return unpredictable(hostIsLibrary(path));
  if (host.buildInfo === undefined && host.moduleDataSize === undefined && host.lineTable === undefined)
    return unpredictable(hostNotGo(path));
  const os = host.setting("GOOS") ?? elf.image.platform.os;
  if (os !== "linux" && os !== undefined) return stepOfOtherSystem(path, os);
  if (elf.dynamic?.needed.some((name) => /^lib(std|.*-go)\.so$/.test(name)) === true)
    return unpredictable(hostLinkedShared(path));
  if (host.moduleDataSize !== undefined) return undefined;
  const hasCgo = host.setting("CGO_ENABLED") ?? (usesPlugin(host, /plugin_dlopen\.go$/) ? "1" : "0");
  if (hasCgo !== "1" && (usesPlugin(host, /./) || host.setting("CGO_ENABLED") === "0"))
    return notImplemented(hostWithoutCgo(path, goTexts.notImplemented, rebuildHost(host)));
  return usesPlugin(host, /./) ? undefined : unpredictable(hostUsesNoPlugins(path));
}

/** Returns why this host's runtime never sees the plugins that it loads; `undefined` if it exports its symbols. */
export function whyHostSeesNoPlugin(host: GoProgram): Finding | undefined {
  if (host.elf.symbols?.find("runtime.lastmoduledatap") !== undefined) return undefined;
  const isStatic = host.elf.dynamic === undefined || host.elf.interpreter === undefined;
  const make = isStatic ? hostStatic : hostExportsNothing;
  return make(host.path, goTexts.noModuleData, rebuildHost(host));
}

function usesPlugin(host: GoProgram, file: RegExp): boolean {
  try {
    return host.lineTable?.filesOfPackage("plugin").some((each) => file.test(each)) === true;
  } catch (thrown) {
    if (isTenonError(thrown)) return false;
    throw thrown;
  }
}

function notImplemented(finding: Finding): Step {
  return { outcome: "error", error: goTexts.notImplemented, findings: [finding] };
}

/** The step for each plugin of a host that cannot be predicted. */
export function unpredictable(finding: Finding): Step {
  return { outcome: "unknown", findings: [finding] };
}

/**
 * Returns what a Go host for another system does with every plugin.
 * Source: plugin/plugin_stubs.go, which every system except Linux, FreeBSD and macOS uses.
 */
export function stepOfOtherSystem(host: string, os: string | undefined): Step {
  if (os === undefined || os === "darwin" || os === "ios" || os === "freebsd")
    return unpredictable(hostSystemUnsupported(host, os));
  return notImplemented(hostSystemWithoutPlugins(host, os, goTexts.notImplemented));
}

/** The settings of the host's build that a rebuild keeps: all but those that link it statically. */
const keptFlags = ["-tags", "-gcflags", "-asmflags", "-pgo"];
const keptSwitches = ["-trimpath", "-race", "-msan", "-asan", "-cover"];

/** Returns the command that rebuilds the host with cgo, to run in the folder of its module. */
function rebuildHost(host: GoProgram): string {
  const switches = keptSwitches.filter((name) => host.setting(name) === "true");
  const flags = keptFlags.flatMap((name) => {
    const value = host.setting(name);
    return value === undefined || value === "" ? [] : [shellWord(`${name}=${value}`)];
  });
  const words = ["go", "build", ...switches, ...flags, "-o", shellWord(host.location)];
  return `CGO_ENABLED=1 ${words.join(" ")} ${shellWord(host.buildInfo?.path ?? ".")}`;
}
