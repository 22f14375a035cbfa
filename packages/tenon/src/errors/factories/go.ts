import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import type { Code } from "../registry.js";
import { rebuildFix } from "./skew.js";

/** The prediction stopped for a reason that concerns the host's file itself. */
export function hostUnreadable(code: Code, host: string, message: string): Finding {
  return finding(code, { severity: "warning", subject: host, message });
}

export function hostDamaged(code: Code, host: string, message: string): Finding {
  return hostUnreadable(code, host, message.startsWith(host) ? message : `cannot read ${host}: ${message}`);
}

export function hostNotAProgram(host: string): Finding {
  return hostUnreadable("TENON_GO_HOST_UNSUPPORTED", host, `${host} is not a program`);
}

export function hostIsLibrary(host: string): Finding {
  return hostUnreadable("TENON_GO_HOST_NO_PLUGIN", host, `${host} is a library, not a program that opens plugins`);
}

export function hostNotGo(host: string): Finding {
  return hostUnreadable("TENON_BINARY_NOT_GO", host, `${host} was not built by Go, or is packed`);
}

export function hostPacked(host: string, packer: string): Finding {
  return hostUnreadable(
    "TENON_BINARY_PACKED",
    host,
    `${host} is packed with ${packer}, so its contents cannot be read without running it`,
  );
}

export function hostLinkedShared(host: string): Finding {
  return hostUnreadable(
    "TENON_GO_HOST_UNSUPPORTED",
    host,
    `${host} was linked with -linkshared: Go's runtime is in a library, which Tenon does not support`,
  );
}

export function hostUsesNoPlugins(host: string): Finding {
  return hostUnreadable(
    "TENON_GO_HOST_NO_PLUGIN",
    host,
    `${host} does not import the package plugin, so it cannot open plugins`,
  );
}

/** @param system GOOS, if it is known. */
export function hostSystemUnsupported(host: string, system: string | undefined): Finding {
  return hostUnreadable(
    "TENON_GO_HOST_UNSUPPORTED",
    host,
    `${host} runs on ${system ?? "an unknown system"}; Tenon predicts plugin.Open on Linux only`,
  );
}

/** @param system A GOOS for which Go does not support plugins. */
export function hostSystemWithoutPlugins(host: string, system: string, text: string): Finding {
  return finding("TENON_GO_HOST_UNSUPPORTED", {
    subject: host,
    message: `${host} runs on ${system}, where Go does not support plugins: plugin.Open always fails with "${text}"`,
    cause: "Go supports plugins on Linux, FreeBSD and macOS only.",
    fix: { text: "Build the host for Linux, or use another kind of plugin." },
  });
}

/** @param command Rebuilds the host with cgo. */
export function hostWithoutCgo(host: string, text: string, command: string): Finding {
  return finding("TENON_GO_HOST_NO_CGO", {
    subject: host,
    message: `${host} was built with CGO_ENABLED=0: plugin.Open always fails with "${text}"`,
    fix: {
      text: "Rebuild the host with cgo. You need a C compiler. Run this in the folder of the host's module:",
      command,
    },
  });
}

/** @param command Rebuilds the host dynamically linked. */
export function hostStatic(host: string, text: string, command: string): Finding {
  return finding("TENON_GO_HOST_STATIC", {
    subject: host,
    message: `${host} is statically linked: every plugin that it loads crashes it with "${text}"`,
    fix: {
      text: "Rebuild the host without -extldflags=-static. Run this in the folder of the host's module:",
      command,
    },
  });
}

/** @param command Rebuilds the host with exported symbols. */
export function hostExportsNothing(host: string, text: string, command: string): Finding {
  return finding("TENON_GO_HOST_NO_SYMBOLS", {
    subject: host,
    message: `${host} does not export the symbols of Go's runtime: every plugin that it loads crashes it with "${text}"`,
    fix: {
      text: "Rebuild the host without --no-export-dynamic in -extldflags. Run this in the folder of the host's module:",
      command,
    },
  });
}

/** The host is newer than every release that Tenon knows. */
export function hostReleaseUnknown(plugin: string, host: string, release: string): Finding {
  return finding("TENON_GO_HOST_UNSUPPORTED", {
    severity: "warning",
    subject: plugin,
    message: `${host} was built with ${release}, which this version of Tenon does not know; the checks that do not depend on the release found no difference`,
    cause: "The Go release is newer than this version of Tenon.",
    fix: { text: "Use a newer version of Tenon, or open the plugin in the host to find out." },
  });
}

export function sysrootUnreadable(root: string, cause: unknown): TenonError {
  return errors.TENON_OPTION_INVALID({ message: `cannot read the sysroot ${root}`, subject: root, cause });
}

/** The host does not reach this plugin, because an earlier one stops it. */
export function pluginNotReached(plugin: string, earlier: { plugin: string; outcome: "crash" | "hang" }): Finding {
  return finding("TENON_GO_AFTER_CRASH", {
    severity: "warning",
    subject: plugin,
    message: `${plugin} is not reached: the host ${earlier.outcome === "crash" ? "crashes" : "hangs"} when it opens ${earlier.plugin}`,
  });
}

export function pluginOpenAlready(plugin: string): Finding {
  return finding("TENON_GO_ALREADY_LOADED", {
    severity: "info",
    subject: plugin,
    message: `${plugin} is open already: plugin.Open returns the same plugin again`,
    cause: "Go opens each path only once and remembers the plugin.",
    fix: { text: "No action needed: the host gets the same plugin again." },
  });
}

/** A second plugin.Open waits for the first, which failed without waking it. */
export function pluginStuck(plugin: string): Finding {
  return finding("TENON_GO_PREVIOUS_FAILURE", {
    subject: plugin,
    message: `${plugin} failed to open before because of a missing symbol: a second plugin.Open never returns`,
  });
}

/** @param error The text of the failure that Go repeats. */
export function pluginFailedBefore(plugin: string, error: string): Finding {
  return finding("TENON_GO_PREVIOUS_FAILURE", {
    subject: plugin,
    message: `${plugin} failed to open before in this process, and Go repeats the failure: ${error}`,
  });
}

export function sameFileFailedBefore(plugin: string, consequence: string): Finding {
  return finding("TENON_GO_PREVIOUS_FAILURE", {
    subject: plugin,
    message: `${plugin} is the same file as a plugin that failed to open before; ${consequence}`,
  });
}

export function sameFileOpen(plugin: string): Finding {
  return finding("TENON_GO_ALREADY_LOADED", {
    subject: plugin,
    message: `${plugin} is the same file as a plugin that is open already under another name`,
    fix: { text: "Open each plugin under one name only." },
  });
}

export function samePluginPath(plugin: string, pluginPath: string, other: string): Finding {
  return finding("TENON_GO_ALREADY_LOADED", {
    subject: plugin,
    message: `${plugin} has the same plugin path as ${other}, which is open already: ${pluginPath}`,
    cause: "Both were built from the same package, or from a copy with the same package path.",
    fix: { text: "Change the module path of one plugin in its go.mod and rebuild it, or open only one of them." },
  });
}

/** The module list of the runtime ends before this plugin, because an earlier one broke it. */
export function pluginCutOff(plugin: string, consequence: string): Finding {
  return finding("TENON_GO_AFTER_CRASH", {
    subject: plugin,
    message: `${plugin} is not found by the host, because an earlier plugin of another Go release broke the runtime's list of modules; ${consequence}`,
  });
}

/** @param releases Of host and plugin, for example "go1.26.8". @param command Builds a plugin for the host. */
export function pluginReleaseDiffers(
  plugin: string,
  releases: { host: string; plugin: string; wanted: string },
  consequence: string,
  command: string | undefined,
): Finding {
  return finding("TENON_GO_VERSION", {
    subject: plugin,
    message: `${plugin} was built with ${releases.plugin}, but the host with ${releases.host}; ${consequence}`,
    fix: rebuildFix(`Build the plugin with ${releases.wanted}.`, command),
  });
}

/** @param others How many more symbols are missing. */
export function pluginSymbolMissing(plugin: string, about: { name: string; symbol: string; others: number }): Finding {
  return finding("TENON_GO_SYMBOL_MISSING", {
    subject: plugin,
    message: `${plugin} exports ${about.name}, but its dynamic symbol ${about.symbol} is missing${andOthers(about.others)}`,
  });
}

/** @param found A symbol with the expected name under another path. */
export function pluginPathChanged(
  plugin: string,
  about: { pluginPath: string; found: string; others: number },
): Finding {
  return finding("TENON_GO_PLUGIN_PATH", {
    subject: plugin,
    message: `${plugin} has the plugin path ${about.pluginPath}, but its symbols have another one: ${about.found}${andOthers(about.others)}`,
  });
}

/** @param crashText What Go prints when the process crashes. */
export function pluginPathEmpty(plugin: string, crashText: string): Finding {
  return finding("TENON_GO_NOT_A_PLUGIN", {
    subject: plugin,
    message: `${plugin} has no plugin path; the host crashes with "${crashText}"`,
  });
}

export function pluginLinkedShared(plugin: string, crashText: string): Finding {
  return finding("TENON_GO_NOT_A_PLUGIN", {
    subject: plugin,
    message: `${plugin} was built with -linkshared, so it does not contain Go's runtime; the host crashes with ${crashText}`,
    fix: { text: "Rebuild it without -linkshared." },
  });
}

/** @param mode The value of -buildmode, if it is recorded. */
export function notAPlugin(plugin: string, mode: string | undefined, consequence: string): Finding {
  const what = mode === undefined ? "is not a Go plugin" : `was built with -buildmode=${mode}, not -buildmode=plugin`;
  return finding("TENON_GO_NOT_A_PLUGIN", {
    subject: plugin,
    message: `${plugin} ${what}; ${consequence}`,
    fix: { text: "Build it with -buildmode=plugin." },
  });
}

export function pluginSymbolic(plugin: string, consequence: string): Finding {
  return finding("TENON_GO_SYMBOLIC", {
    subject: plugin,
    message: `${plugin} was linked with -Bsymbolic, so it does not use the host's runtime; ${consequence}`,
  });
}

/** What happens to a plugin that the host's runtime does not see. @param text Go's own. */
export const consequences = {
  crash: (text: string) => `the host crashes with "${text}"`,
  mistakenForEarlier: (text: string) =>
    `the host mistakes an earlier plugin for it, and plugin.Open fails with "${text}"`,
  garbage: "the host reads garbage from the plugin's module data and crashes",
} as const;

function andOthers(count: number): string {
  return count === 0 ? "" : ` (and ${count} more; which one plugin.Open names is random)`;
}
