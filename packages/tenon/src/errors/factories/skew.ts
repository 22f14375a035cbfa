import type { Fix } from "../error.js";
import { type Finding, finding } from "../finding.js";

const runIn = "Run this in the folder of";

/** A fix that rebuilds the plugin. @param command Builds a plugin for the host; `undefined` if no command can. */
export function rebuildFix(text: string, command: string | undefined): Fix {
  if (command === undefined) return { text };
  const placeholders = [
    ...(command.includes("HOST_SOURCE") ? ["HOST_SOURCE with the folder of the host's source"] : []),
    ...(command.includes("HOST_PROFILE") ? ["HOST_PROFILE with the profile that the host was built with"] : []),
  ];
  const replacing = placeholders.length === 0 ? "" : ` (replace ${placeholders.join(" and ")})`;
  return { text: `${text} ${runIn} the plugin's main package${replacing}:`, command };
}

/** The same finding, fixed by rebuilding the plugin. */
export function withRebuild(found: Finding, command: string): Finding {
  return { ...found, fix: rebuildFix(found.fix.text, command) };
}

/** The same finding without its command, for a difference that no rebuild removes. */
export function withoutRebuild(found: Finding): Finding {
  const at = found.fix.text.indexOf(` ${runIn}`);
  return { ...found, fix: { text: at < 0 ? found.fix.text : found.fix.text.slice(0, at) } };
}

/** One setting of the build as host and plugin have it. */
export interface Setting {
  readonly host: string;
  readonly plugin: string;
}

/** @param releases For example "go1.26.8". */
export function releaseDiffers(plugin: string, releases: Setting, command: string | undefined): Finding {
  return finding("TENON_GO_VERSION", {
    subject: plugin,
    message: `${plugin} was built with ${releases.plugin}, but the host with ${releases.host}`,
    fix: rebuildFix(`Build the plugin with ${releases.host}.`, command),
  });
}

/** @param only The side that was built with -trimpath. */
export function trimPathDiffers(plugin: string, only: "host" | "plugin", command: string | undefined): Finding {
  return only === "host"
    ? finding("TENON_GO_TRIMPATH", {
        subject: plugin,
        message: `the host was built with -trimpath, but ${plugin} was not`,
        fix: rebuildFix("Build the plugin with -trimpath.", command),
      })
    : finding("TENON_GO_TRIMPATH", {
        subject: plugin,
        message: `${plugin} was built with -trimpath, but the host was not`,
        fix: rebuildFix(
          "Build the plugin without -trimpath and in the host's folders, or better build both with -trimpath.",
          command,
        ),
      });
}

/** @param flag -race, -msan or -asan. @param only The side that was built with it. */
export function sanitizerDiffers(
  plugin: string,
  flag: string,
  only: "host" | "plugin",
  command: string | undefined,
): Finding {
  return finding("TENON_GO_RACE", {
    subject: plugin,
    message:
      only === "host"
        ? `the host was built with ${flag}, but ${plugin} was not`
        : `${plugin} was built with ${flag}, but the host was not`,
    fix: rebuildFix(
      // Two programs with -asan in one process are not supported.
      only === "plugin"
        ? `Build the plugin without ${flag}.`
        : flag === "-asan"
          ? "Build both without -asan."
          : `Build the plugin with ${flag}.`,
      command,
    ),
  });
}

/** @param flags The values of -gcflags, empty if it is not set. */
export function compilerFlagsDiffer(plugin: string, flags: Setting, command: string | undefined): Finding {
  return finding("TENON_GO_COMPILER_FLAGS", {
    subject: plugin,
    message: `${plugin} was compiled ${withFlag("-gcflags", flags.plugin)}, but the host ${withFlag("-gcflags", flags.host)}`,
    fix: rebuildFix("Build the plugin with the host's -gcflags.", command),
  });
}

/** At least one side was compiled with -gcflags=-trimpath. */
export function trimFlagDiffers(plugin: string, flags: Setting, command: string | undefined): Finding {
  return finding("TENON_GO_TRIM_FLAG", {
    subject: plugin,
    message: `${plugin} was compiled ${withFlag("-gcflags", flags.plugin)}, but the host ${withFlag("-gcflags", flags.host)}; -gcflags=-trimpath is not the same as go build -trimpath`,
    fix: rebuildFix("Build both with go build -trimpath, without -gcflags=-trimpath.", command),
  });
}

/** @param experiments The values of GOEXPERIMENT, empty if it is not set. */
export function experimentsDiffer(plugin: string, experiments: Setting, command: string | undefined): Finding {
  return finding("TENON_GO_EXPERIMENT", {
    subject: plugin,
    message: `${plugin} was built ${withFlag("GOEXPERIMENT", experiments.plugin)}, but the host ${withFlag("GOEXPERIMENT", experiments.host)}`,
    fix: rebuildFix("Build the plugin with the host's GOEXPERIMENT.", command),
  });
}

/** @param profiles The names of the profiles, empty for none. */
export function profilesDiffer(plugin: string, profiles: Setting, command: string | undefined): Finding {
  return finding("TENON_GO_PROFILE", {
    subject: plugin,
    message: `${plugin} was optimised ${withFlag("-pgo", profiles.plugin)}, but the host ${withFlag("-pgo", profiles.host)}`,
    fix: rebuildFix("Build both with the same profile (-pgo=FILE), or both with -pgo=off.", command),
  });
}

/** @param only The side that was built with -cover. */
export function coverageDiffers(plugin: string, only: "host" | "plugin", command: string | undefined): Finding {
  return finding("TENON_GO_COVER", {
    subject: plugin,
    message:
      only === "host"
        ? `the host was built with -cover, but ${plugin} was not`
        : `${plugin} was built with -cover, but the host was not`,
    fix: rebuildFix("Build both without -cover.", command),
  });
}

/** @param packages The packages that differ. */
export function coveragePackagesDiffer(
  plugin: string,
  packages: readonly string[],
  command: string | undefined,
): Finding {
  return finding("TENON_GO_COVER", {
    subject: plugin,
    message: `the host or ${plugin} was built with -cover, and -coverpkg probably rewrote ${listed(packages)} on one side`,
    fix: rebuildFix("Build both without -cover.", command),
  });
}

/** @param command Builds the program that the test binary tests. */
export function hostIsTestBinary(host: string, command: string): Finding {
  return finding("TENON_GO_COVER", {
    subject: host,
    message: `${host} was built by go test, which compiles the package under test differently from go build`,
    cause: "go test adds the test's files to the package, which changes its hash.",
    fix: {
      text: `Check the plugin against the program that go build makes. ${runIn} the host's module:`,
      command,
    },
  });
}

/** @param only The side that was built with cgo. */
export function cgoDiffers(plugin: string, only: "host" | "plugin", command: string | undefined): Finding {
  return finding("TENON_GO_CGO", {
    subject: plugin,
    message:
      only === "host"
        ? `the host was built with cgo, but ${plugin} was not`
        : `${plugin} was built with cgo, but the host was not`,
    fix: rebuildFix("Build both with CGO_ENABLED=1.", command),
  });
}

/** @param tags The values of -tags, empty for none. @param packages Those that the tags change. */
export function tagsDiffer(
  plugin: string,
  tags: Setting,
  packages: readonly string[],
  command: string | undefined,
): Finding {
  const changed = packages.length > mostNamed ? "" : `, which changes ${listed(packages, mostNamed)}`;
  return finding("TENON_GO_TAGS", {
    subject: plugin,
    message: `${plugin} was built ${withFlag("-tags", tags.plugin)}, but the host ${withFlag("-tags", tags.host)}${changed}`,
    fix: rebuildFix("Build the plugin with the host's -tags.", command),
  });
}

/** @param first One of the packages, with the folder that each side compiled it in. */
export function foldersDiffer(
  plugin: string,
  packages: readonly string[],
  first: Setting & { readonly name: string; readonly isVendored: boolean },
  command: string | undefined,
): Finding {
  const vendored = first.isVendored ? " (vendored on one side)" : "";
  return finding("TENON_GO_BUILD_PATH", {
    subject: plugin,
    message: `${listed(packages)} ${packages.length === 1 ? "was" : "were"} compiled in different folders${vendored}: ${first.name} in ${first.plugin} for ${plugin}, in ${first.host} for the host`,
    fix: rebuildFix("Build the plugin in the host's folders, or better build both with -trimpath.", command),
  });
}

/** One side's main module is a dependency of the other side, so its packages are compiled twice under different versions. */
export function mainModuleShared(
  plugin: string,
  about: {
    owner: "host" | "plugin";
    module: string;
    /** What the other side uses: `module@version` or a folder. */
    used: string;
    packages: readonly string[];
  },
  command: string | undefined,
): Finding {
  const { owner, module, used, packages } = about;
  const isHosts = owner === "host";
  const [user, ownerName] = isHosts ? [plugin, "the host"] : ["the host", plugin];
  return finding("TENON_GO_HOST_MODULE", {
    subject: plugin,
    message: `${user} uses ${listed(packages)} from ${used}, but in ${ownerName} ${packages.length === 1 ? "it is" : "they are"} part of the main module ${module}`,
    fix: rebuildFix(
      `Build the plugin together with ${isHosts ? "the host's source" : "the host"} in one workspace (--host-source), or move the packages that both use to a separate module.`,
      command,
    ),
  });
}

/** @param versions What each side uses, for example "v1.2.0" or "v1.2.0, replaced by the folder ../dep". */
export function moduleVersionsDiffer(
  module: string,
  versions: Setting,
  packages: readonly string[],
  command: string | undefined,
): Finding {
  return finding("TENON_GO_DEPENDENCY", {
    subject: module,
    message: `${module}: the host uses ${versions.host}, but the plugin uses ${versions.plugin} (${listed(packages)})`,
    fix: rebuildFix(`Build the plugin with the host's version of ${module}: ${versions.host}.`, command),
  });
}

/** Both sides use the same version of a module with different content. @param sums From go.sum. */
export function moduleContentsDiffer(
  module: string,
  version: string,
  sums: { readonly [side in keyof Setting]: string | undefined },
): Finding {
  return finding("TENON_GO_DEPENDENCY", {
    subject: module,
    message: `${module}: host and plugin both use ${version}, but with different content: the host has ${sums.host}, the plugin ${sums.plugin}`,
    fix: {
      text: `Find out where each build gets ${module} from (compare GOPROXY and GOFLAGS, and run go mod verify), and use the same source for both.`,
    },
  });
}

/** @param earlier Plugins that failed to open before and whose packages are compared instead of the host's. */
export function comparedWithEarlierPlugin(
  plugin: string,
  packages: readonly string[],
  earlier: readonly string[],
): Finding {
  return finding("TENON_GO_POISONED", {
    subject: plugin,
    message: `${listed(packages)} of ${plugin} ${packages.length === 1 ? "is" : "are"} compared with ${listed(earlier)}, which ${earlier.length === 1 ? "was" : "were"} loaded earlier`,
    fix: { text: `Restart the host and do not open ${listed(earlier)}, or open ${plugin} first.` },
  });
}

export function packagesDiffer(plugin: string, packages: readonly string[]): Finding {
  return finding("TENON_GO_PACKAGE", {
    subject: plugin,
    message: `${listed(packages)} ${packages.length === 1 ? "differs" : "differ"} between the host and ${plugin}; Go version and build flags are the same, so the source must differ`,
    fix: { text: `Build both from the same source of ${listed(packages)}, with the same commands.` },
  });
}

/** The plugin opens although the two sides run different versions of a module. */
export function moduleSkew(plugin: string, module: string, versions: Setting, packages: readonly string[]): Finding {
  const difference =
    versions.host === versions.plugin
      ? `${module} is ${versions.plugin} in both with different content`
      : `${module} is ${versions.plugin} in the plugin and ${versions.host} in the host`;
  return silentSkew(
    plugin,
    `${difference}, although ${packages.length === 1 ? "the hash" : "the hashes"} of ${listed(packages)} ${packages.length === 1 ? "is" : "are"} equal`,
  );
}

/** The plugin opens although the two sides were built from different commits of the same module. */
export function revisionSkew(plugin: string, module: string, revisions: Setting): Finding {
  return silentSkew(
    plugin,
    `${module} is at revision ${revisions.plugin} in the plugin and at ${revisions.host} in the host`,
  );
}

/** A setting that differs without effect. */
export function settingDiffers(plugin: string, name: string, values: Setting): Finding {
  const variables = name === "-ldflags" ? "; for variables set with -X, the host's value is used" : "";
  return harmless(
    plugin,
    `harmless difference: ${plugin} was built ${withFlag(name, values.plugin)}, the host ${withFlag(name, values.host)}${variables}`,
  );
}

/** The releases differ, but none of the packages that both sides contain. */
export function releaseDiffersHarmlessly(plugin: string, releases: Setting): Finding {
  return harmless(
    plugin,
    `harmless difference: ${plugin} was built with ${releases.plugin}, the host with ${releases.host}; no shared package differs`,
  );
}

/** "net and os/user", "runtime, internal/abi and 28 more". */
export function listed(names: Iterable<string>, most = 3): string {
  const all = [...names];
  const shown = all.slice(0, most);
  const rest = all.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

const mostNamed = 5;

/** "with -tags=netgo", "without -tags". */
function withFlag(name: string, value: string): string {
  if (value === "") return `without ${name}`;
  return /\s/.test(value) ? `with ${name}="${value}"` : `with ${name}=${value}`;
}

function silentSkew(plugin: string, difference: string): Finding {
  return finding("TENON_GO_SILENT_SKEW", {
    severity: "warning",
    subject: plugin,
    message: `${plugin} opens, but ${difference}`,
  });
}

function harmless(plugin: string, message: string): Finding {
  return finding("TENON_GO_DIFFERENCE", { severity: "info", subject: plugin, message });
}
