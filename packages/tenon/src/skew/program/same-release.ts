import type { ModuleDataLayout } from "../../binary/go-metadata/module-data.js";
import type { GoProgram } from "./go-program.js";

/**
 * Returns the usable part of the module data's layout in an unknown release, if host and plugin have the same release: the
 * loader's relocations mark the package hashes, and in every release so far the plugin's path directly precedes them.
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
