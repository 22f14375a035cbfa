import type { ConfiguredPlugin } from "../../config/index.js";
import type { Contract } from "../../contract/index.js";
import { configuredPluginUnknown } from "../../errors/factories/command.js";
import { nearest } from "../../runtime/nearest.js";

/** A plugin of a config file, and the contract that it is opened with if a file has it. */
export interface NamedPlugin extends ConfiguredPlugin {
  readonly known: Contract | undefined;
}

/**
 * Returns the plugins of the config file that `--config` names: those with these names, or all.
 *
 * @param given a contract that the file may name by its id.
 * @throws TENON_CONFIG_INVALID, TENON_CONFIG_UNREADABLE, TENON_CONTRACT_MISSING; TENON_USAGE for a name that is not in it
 */
export async function configuredPlugins(
  file: string,
  names: readonly string[],
  given?: Contract,
): Promise<readonly NamedPlugin[]> {
  const { contractOf, isNamed, readConfig } = await import("../../config/index.js");
  const { plugins } = await readConfig(file);
  const all = plugins.map(({ name }) => name);
  for (const name of names) if (!all.includes(name)) throw configuredPluginUnknown(name, file, nearest(name, all));
  const chosen = names.length === 0 ? plugins : plugins.filter(({ name }) => names.includes(name));
  return Promise.all(
    chosen.map(async (plugin) => {
      const { contract } = plugin;
      if (contract !== undefined && "path" in contract) return { ...plugin, known: await contractOf(plugin, {}) };
      const isGiven = contract !== undefined && given !== undefined && isNamed(given, contract.id);
      return { ...plugin, known: isGiven ? given : undefined };
    }),
  );
}
