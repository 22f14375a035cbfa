import { type Code, type Finding, finding, isTenonError } from "../errors/index.js";
import type { GoProgram } from "./go-program.js";
import type { Step } from "./outcome.js";
import { shellWord } from "./shell-word.js";

/** What a host does with every plugin alike, where it cannot open plugins or nothing can be told; else `undefined`. */
export function hostRefusal(host: GoProgram): ((plugin: string) => Step) | undefined {
  const { elf } = host;
  if (elf.header.type !== "executable" && elf.header.type !== "shared")
    return unknown("TENON_GO_HOST_UNSUPPORTED", host, "is not a program");
  const isLibrary = elf.dynamic !== undefined && elf.interpreter === undefined && !elf.dynamic.isProgram;
  if (isLibrary) return unknown("TENON_GO_HOST_NO_PLUGIN", host, "is a library, not a program that opens plugins");
  if (host.buildInfo === undefined && host.moduleDataSize === undefined && host.lineTable === undefined)
    return unknown("TENON_BINARY_NOT_GO", host, "was not made by Go, or is packed");
  const os = host.setting("GOOS") ?? elf.image.platform.os;
  if (os !== "linux" && os !== undefined) return withoutPlugins(host.path, os);
  if (elf.dynamic?.needed.some((name) => /^lib(std|.*-go)\.so$/.test(name)) === true)
    return unknown("TENON_GO_HOST_UNSUPPORTED", host, "was linked with -linkshared; its runtime is in a library");
  if (host.moduleDataSize !== undefined) return undefined;
  const hasCgo = host.setting("CGO_ENABLED") ?? (usesPlugin(host, /plugin_dlopen\.go$/) ? "1" : "0");
  if (hasCgo !== "1" && (usesPlugin(host, /./) || host.setting("CGO_ENABLED") === "0")) return notImplemented(host);
  return usesPlugin(host, /./)
    ? undefined
    : unknown("TENON_GO_HOST_NO_PLUGIN", host, "does not use the package plugin: nothing in it opens plugins");
}

/** Why nothing that is loaded into this host ever reaches its runtime; `undefined` for a host that exports its symbols. */
export function hostBlindness(host: GoProgram): Finding | undefined {
  if (host.elf.symbols?.find("runtime.lastmoduledatap") !== undefined) return undefined;
  return host.elf.dynamic === undefined || host.elf.interpreter === undefined
    ? finding("TENON_GO_HOST_STATIC", {
        subject: host.path,
        message: `${host.path} is linked statically; every plugin that it loads ends it with "no plugin module data"`,
        fix: {
          text: "Link the host dynamically: build it again without -extldflags=-static.",
          command: rebuildHost(host),
        },
      })
    : finding("TENON_GO_HOST_NO_SYMBOLS", {
        subject: host.path,
        message: `${host.path} exports none of the runtime's symbols; every plugin that it loads ends it with "no plugin module data"`,
        fix: {
          text: "Link the host again without --no-export-dynamic in -extldflags.",
          command: rebuildHost(host),
        },
      });
}

function usesPlugin(host: GoProgram, file: RegExp): boolean {
  try {
    return host.lineTable?.filesOfPackage("plugin").some((each) => file.test(each)) === true;
  } catch (thrown) {
    if (isTenonError(thrown)) return false;
    throw thrown;
  }
}

function notImplemented(host: GoProgram): (plugin: string) => Step {
  return () => ({
    outcome: "error",
    error: "plugin: not implemented",
    findings: [
      finding("TENON_GO_HOST_NO_CGO", {
        subject: host.path,
        message: `${host.path} was built with CGO_ENABLED=0; it answers "plugin: not implemented" to every plugin`,
        fix: {
          text: "Build the host with cgo, where a C compiler is installed.",
          command: rebuildHost(host),
        },
      }),
    ],
  });
}

/** The answer of a host of which nothing can be told. */
export function unforetold(code: Code, host: string, message: string): (plugin: string) => Step {
  const said = finding(code, { severity: "warning", subject: host, message });
  return () => ({ outcome: "unknown", findings: [said] });
}

/**
 * The answer of a Go host that is no ELF program.
 * Source: plugin/plugin_stubs.go, which is what every system but Linux, FreeBSD and macOS has.
 */
export function withoutPlugins(host: string, os: string | undefined): (plugin: string) => Step {
  if (os === undefined || os === "darwin" || os === "ios" || os === "freebsd")
    return unforetold(
      "TENON_GO_HOST_UNSUPPORTED",
      host,
      `${host} runs on ${os ?? "another system"}, whose loader is not foretold`,
    );
  const said = finding("TENON_GO_HOST_UNSUPPORTED", {
    subject: host,
    message: `${host} runs on ${os}, where Go has no plugins: it answers "plugin: not implemented"`,
    cause: "Go's plugins exist on Linux, FreeBSD and macOS only.",
    fix: { text: "Build the host for Linux, or use another kind of plugin." },
  });
  return () => ({ outcome: "error", error: "plugin: not implemented", findings: [said] });
}

function unknown(code: Code, host: GoProgram, what: string): (plugin: string) => Step {
  return unforetold(code, host.path, `${host.path} ${what}`);
}

/** Settings that say how the host was built, and that are kept; what links it statically is not. */
const keptFlags = ["-tags", "-gcflags", "-asmflags", "-pgo"];
const keptSwitches = ["-trimpath", "-race", "-msan", "-asan", "-cover"];

/** To be run in the host's module. */
function rebuildHost(host: GoProgram): string {
  const switches = keptSwitches.filter((name) => host.setting(name) === "true");
  const flags = keptFlags.flatMap((name) => {
    const value = host.setting(name);
    return value === undefined || value === "" ? [] : [shellWord(`${name}=${value}`)];
  });
  const words = ["go", "build", ...switches, ...flags, "-o", shellWord(host.location)];
  return `CGO_ENABLED=1 ${words.join(" ")} ${shellWord(host.buildInfo?.path ?? ".")}`;
}
