import { readModuleData } from "../binary/go-metadata/module-data.js";
import { type PluginSymbol, pluginSymbols } from "../binary/go-metadata/symbol-types.js";
import { isTenonError } from "../errors/index.js";
import type { GoProgram } from "./go-program.js";

/** What a plugin offers to plugin.Lookup, with Go types; empty where that cannot be read. */
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

/** Names that the plugin lists but that dlsym would not find, sorted: the runtime takes them in no certain order. */
export function missingExports(program: GoProgram, pluginPath: string): string[] {
  return exportsOf(program)
    .map(({ name }) => name)
    .filter((name) => program.elf.symbols?.find(`${pluginPath}.${name}`) === undefined)
    .sort();
}
