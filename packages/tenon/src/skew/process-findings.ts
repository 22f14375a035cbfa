import { type Finding, finding } from "../errors/index.js";
import { buildCommand } from "./build-command.js";
import type { GoProgram } from "./go-program.js";
import { hostBlindness } from "./host-abilities.js";
import type { LoadedModule } from "./loaded-module.js";
import { versionText } from "./version-text.js";

/**
 * Why the host's runtime does not see what was loaded.
 *
 * @param isCutOff Whether it would have linked itself into the host's list, but that had been broken before.
 * @param ending What happens then, for the message.
 */
export function whyNotLinked(host: GoProgram, module: LoadedModule, isCutOff: boolean, ending: string): Finding {
  const { program, isBad } = module;
  const blindness = hostBlindness(host);
  if (blindness !== undefined) return blindness;
  if (isBad)
    return finding("TENON_GO_PREVIOUS_FAILURE", {
      subject: program.path,
      message: `${program.path} is the same file as one that failed before; ${ending}`,
    });
  if (program.packageHashes === undefined) return notLinkable(program, ending);
  if (program.elf.dynamic?.isSymbolic === true) return symbolic(program, ending);
  if (!isCutOff) return otherRelease(host, program, ending);
  return finding("TENON_GO_AFTER_CRASH", {
    subject: program.path,
    message: `${program.path} is cut off by an earlier plugin of another Go release; ${ending}`,
  });
}

/** Another release lays its module data out in another way. */
export function otherRelease(host: GoProgram, program: GoProgram, ending: string): Finding {
  const known = host.goVersion ?? "the host's Go version";
  const command = buildCommand(host, program.location);
  return finding("TENON_GO_VERSION", {
    subject: program.path,
    message: `${program.path} was built with ${versionText(program)}, and the host with ${versionText(host)}; ${ending}`,
    fix:
      command === undefined
        ? { text: `Build the plugin with ${known}.` }
        : { text: `Build the plugin with ${known}. In the folder of the plugin's main package:`, command },
  });
}

export function sameFile(program: GoProgram): Finding {
  return finding("TENON_GO_ALREADY_LOADED", {
    subject: program.path,
    message: `${program.path} is the same file as a plugin that is open already, under another name`,
    fix: { text: "Open each plugin under one name only." },
  });
}

export function samePluginPath(program: GoProgram, other: LoadedModule): Finding {
  return finding("TENON_GO_ALREADY_LOADED", {
    subject: program.path,
    message: `${program.path} has the same plugin path, ${other.pluginPath}, as ${other.program.path}, which is open`,
    cause: "Both were built from the same package, or a copy of it with the same path.",
    fix: { text: "Give one of the two modules another path, or open only one of them." },
  });
}

/** @param missing Names that the plugin lists, and that dlsym does not find. */
export function missingExport({ program, loaded, pluginPath }: LoadedModule, missing: readonly string[]): Finding {
  const [first = ""] = missing;
  const others = missing.length > 1 ? ` (and ${missing.length - 1} more: which one the error names varies)` : "";
  const packages = new Set([
    "main",
    program.buildInfo?.path,
    ...(program.packageHashes?.packages.map(({ name }) => name) ?? []),
  ]);
  const ending = `.${first}`;
  const elsewhere = [...(loaded.elf.symbols ?? [])].find(
    ({ isDefined, name }) => isDefined && name.endsWith(ending) && packages.has(name.slice(0, -ending.length)),
  );
  return elsewhere === undefined
    ? finding("TENON_GO_SYMBOL_MISSING", {
        subject: program.path,
        message: `${program.path} lists ${first}${others}, but its dynamic symbol ${pluginPath}.${first} is not there`,
      })
    : finding("TENON_GO_PLUGIN_PATH", {
        subject: program.path,
        message: `${program.path} calls itself ${pluginPath}, but its symbols are named ${elsewhere.name}${others}`,
      });
}

export function emptyPluginPath(program: GoProgram): Finding {
  return finding("TENON_GO_NOT_A_PLUGIN", {
    subject: program.path,
    message: `${program.path} has no plugin path; the process ends with "plugin has empty pluginpath"`,
  });
}

export function linkedShared(program: GoProgram, ending: string): Finding {
  return finding("TENON_GO_NOT_A_PLUGIN", {
    subject: program.path,
    message: `${program.path} holds no Go runtime of its own: it was built with -linkshared; the process ends with ${ending}`,
    fix: { text: "Build it again without -linkshared." },
  });
}

/** A host of a release that is newer than all that are known. */
export function unknownRelease(name: string, host: GoProgram): Finding {
  return finding("TENON_GO_HOST_UNSUPPORTED", {
    severity: "warning",
    subject: name,
    message: `${host.path} was built with ${versionText(host)}, whose module data is not known; no difference was found that would be told without it`,
    cause: "The release is newer than this version of Tenon.",
    fix: { text: "Use a newer version of Tenon, or try the plugin in the host itself." },
  });
}

/** Why a library holds nothing that refers to a host's packages. */
function notLinkable(program: GoProgram, ending: string): Finding {
  const { symbols, dynamic } = program.elf;
  const isPlugin = ["go:", "go."].some((prefix) => symbols?.find(`${prefix}link.pkghash.runtime`) !== undefined);
  if (isPlugin && dynamic?.isSymbolic === true) return symbolic(program, ending);
  const mode = program.setting("-buildmode");
  const what =
    mode === undefined ? "is not a Go plugin" : `was built with -buildmode=${mode}, which makes no Go plugin`;
  return finding("TENON_GO_NOT_A_PLUGIN", {
    subject: program.path,
    message: `${program.path} ${what}; ${ending}`,
    fix: { text: "Build it as a plugin." },
  });
}

function symbolic(program: GoProgram, ending: string): Finding {
  return finding("TENON_GO_SYMBOLIC", {
    subject: program.path,
    message: `${program.path} was linked with -Bsymbolic and does not find the host's runtime; ${ending}`,
  });
}
