import {
  consequences,
  hostReleaseUnknown,
  notAPlugin,
  pluginCutOff,
  pluginPathChanged,
  pluginReleaseDiffers,
  pluginSymbolic,
  pluginSymbolMissing,
  sameFileFailedBefore,
} from "../../errors/factories/go.js";
import type { Finding } from "../../errors/index.js";
import { buildCommand } from "../program/build-command.js";
import type { GoProgram } from "../program/go-program.js";
import { whyHostSeesNoPlugin } from "../program/host-abilities.js";
import { versionText } from "../program/version-text.js";
import { goTexts } from "../quoted/go.js";
import type { LoadedModule } from "./loaded-module.js";

/**
 * Explains why the host's runtime does not see a loaded file.
 *
 * @param isCutOff Whether it would have joined the host's list of modules if an earlier plugin had not broken the list.
 * @param consequence What happens, for the message.
 */
export function whyNotLinked(host: GoProgram, module: LoadedModule, isCutOff: boolean, consequence: string): Finding {
  const { program, isBad } = module;
  const fault = whyHostSeesNoPlugin(host);
  if (fault !== undefined) return fault;
  if (isBad) return sameFileFailedBefore(program.path, consequence);
  if (program.packageHashes === undefined) return notLinkable(program, consequence);
  if (program.elf.dynamic?.isSymbolic === true) return pluginSymbolic(program.path, consequence);
  return isCutOff ? pluginCutOff(program.path, consequence) : otherRelease(host, program, consequence);
}

/** The host reads garbage, because another release has another layout of module data. */
export function otherReleaseCrash(host: GoProgram, program: GoProgram): Finding {
  return otherRelease(host, program, consequences.garbage);
}

function otherRelease(host: GoProgram, program: GoProgram, consequence: string): Finding {
  const releases = {
    host: versionText(host),
    plugin: versionText(program),
    wanted: host.goVersion ?? "the host's Go version",
  };
  return pluginReleaseDiffers(program.path, releases, consequence, buildCommand(host, program.location));
}

/** @param missing Names that the plugin lists, and that dlsym does not find. */
export function missingExport({ program, loaded, pluginPath }: LoadedModule, missing: readonly string[]): Finding {
  const [first = ""] = missing;
  const others = missing.length - 1;
  const packages = new Set([
    "main",
    program.buildInfo?.path,
    ...(program.packageHashes?.packages.map(({ name }) => name) ?? []),
  ]);
  const suffix = `.${first}`;
  const elsewhere = [...(loaded.elf.symbols ?? [])].find(
    ({ isDefined, name }) => isDefined && name.endsWith(suffix) && packages.has(name.slice(0, -suffix.length)),
  );
  return elsewhere === undefined
    ? pluginSymbolMissing(program.path, { name: first, symbol: `${pluginPath}.${first}`, others })
    : pluginPathChanged(program.path, { pluginPath, found: elsewhere.name, others });
}

/** The host's release is newer than every release that Tenon knows. */
export function unknownRelease(name: string, host: GoProgram): Finding {
  return hostReleaseUnknown(name, host.path, versionText(host));
}

/** Explains why a library contains no references to a host's packages. */
function notLinkable(program: GoProgram, consequence: string): Finding {
  const { symbols, dynamic } = program.elf;
  const isPlugin = ["go:", "go."].some((prefix) => symbols?.find(`${prefix}link.pkghash.runtime`) !== undefined);
  if (isPlugin && dynamic?.isSymbolic === true) return pluginSymbolic(program.path, consequence);
  return notAPlugin(program.path, program.setting("-buildmode"), consequence);
}

/** What happens to a plugin that the host's runtime does not see. */
export const unseen = {
  crash: consequences.crash(goTexts.noModuleData),
  mistaken: consequences.mistakenForEarlier(goTexts.alreadyLoaded),
} as const;
