import { readModuleData } from "../../binary/go-metadata/module-data.js";
import { type PluginSymbol, pluginSymbols } from "../../binary/go-metadata/symbol-types.js";
import { isTenonError } from "../../errors/index.js";
import type { GoProgram } from "./go-program.js";

/** Returns the symbols that plugin.Lookup finds, with Go types; empty if they cannot be read. */
export function exportsOf(program: GoProgram): readonly PluginSymbol[] {
  const { layout, moduleDataAddress } = program;
  if (layout === undefined || moduleDataAddress === undefined) return [];
  try {
    const { image } = program.elf;
    const data = readModuleData(image, moduleDataAddress, layout);
    return pluginSymbols(image, data, Math.max(...layout.minors));
  } catch (thrown) {
    if (isTenonError(thrown)) return [];
    throw thrown;
  }
}

/** Returns the names that the plugin lists but dlsym does not find. Sorted, because the runtime's order is random. */
export function missingExports(program: GoProgram, pluginPath: string): string[] {
  return exportsOf(program)
    .map(({ name }) => name)
    .filter((name) => program.elf.symbols?.find(`${pluginPath}.${name}`) === undefined)
    .sort();
}
