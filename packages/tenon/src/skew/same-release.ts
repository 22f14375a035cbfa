import type { ModuleDataLayout } from "../binary/go-metadata/module-data.js";
import type { GoProgram } from "./go-program.js";

/**
 * What can be used of the module data's layout in a release that is not known, if host and plugin are of the very same one:
 * the loader's relocations mark the package hashes, and the plugin's path lies right before them in every release so far.
 */
export function layoutOfSameRelease(host: GoProgram, plugin: GoProgram): ModuleDataLayout | undefined {
  const { moduleDataAddress, packageHashes, moduleDataSize: size } = plugin;
  if (host.goVersion === undefined || host.goVersion !== plugin.goVersion || host.moduleDataSize !== size)
    return undefined;
  if (moduleDataAddress === undefined || packageHashes === undefined || size === undefined) return undefined;
  const { wordSize } = plugin.elf.image;
  const pkghashes = packageHashes.fieldAddress - moduleDataAddress;
  return { minors: [], wordSize, size, offsets: { pkghashes, pluginpath: pkghashes - 2 * wordSize } };
}
