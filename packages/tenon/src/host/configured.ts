import type { Contract } from "../contract/core.js";
import { contractsInterchangeable } from "../contract/model/equal.js";
import { contractBreaks } from "../errors/factories/host.js";
import { unknownName } from "../errors/factories/host-option.js";
import type { TenonError } from "../errors/index.js";
import { nearest } from "../runtime/nearest.js";
import type { AnyPlugin, Plugin } from "./plugin.js";

/** What became of the plugins of a config file: one that did not open does not stop the others. */
export class Configured {
  /**
   * @param plugins those that are open, by name, in the order of the file
   * @param failures why the others did not open, by name
   */
  constructor(
    readonly plugins: ReadonlyMap<string, AnyPlugin>,
    readonly failures: ReadonlyMap<string, TenonError>,
  ) {}

  /**
   * Returns a plugin by its name in the file.
   *
   * @param contract gives the plugin its type; it must be the one that the plugin was opened with.
   * @throws why it did not open; TENON_OPTION_INVALID if the file has no plugin of this name; TENON_CONTRACT_BREAKS if it was
   *   opened with another contract
   */
  get<C extends Contract<any, any> = Contract>(name: string, contract?: C): Plugin<C> {
    const failure = this.failures.get(name);
    if (failure !== undefined) throw failure;
    const plugin = this.plugins.get(name);
    if (plugin === undefined) {
      const names = [...this.plugins.keys(), ...this.failures.keys()];
      throw unknownName("plugin", name, names, nearest(name, names));
    }
    if (contract !== undefined && !contractsInterchangeable(contract, plugin.contract))
      throw contractBreaks(name, undefined);
    return plugin as Plugin<C>;
  }
}
