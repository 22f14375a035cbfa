import type { Contract } from "../contract/core.js";
import {
  configContractMissing,
  configContractUnknown,
  configRequirementFailed,
  configRequirementVersion,
} from "../errors/factories/config.js";
import { loadFailed } from "../errors/factories/host.js";
import { isTenonError, type TenonError } from "../errors/index.js";
import { Configured } from "../host/configured.js";
import type { AnyPlugin, Host, OpenOptions } from "../host/index.js";
import { versionFits } from "../host/order.js";
import { readCarriedContract } from "../runtime/carried-contract.js";
import type { ConfigFile, ConfiguredPlugin } from "./config-file.js";

/** What the program gives to configured plugins. */
export interface GivenByProgram {
  /** Contracts by the plugin's name, or a list of them, which the file names by their id. */
  readonly contracts?: readonly Contract<any, any>[] | Readonly<Record<string, Contract<any, any>>> | undefined;
  /** The host's functions, by the plugin's name or by the id of its contract, with or without the version. */
  readonly imports?: Readonly<Record<string, object>> | undefined;
  /** Settings by the plugin's name, such as secrets. They are added to those of the file, and win over them. */
  readonly settings?: Readonly<Record<string, object>> | undefined;
}

/** How many plugins are opened at the same time. */
const mostAtOnce = 8;

/**
 * Opens the plugins of a config file. Those that others require come first; one that does not open stops only those that
 * require it.
 *
 * @param failed is called for each plugin that does not open.
 */
export async function openConfig(
  host: Pick<Host, "open">,
  { plugins }: ConfigFile,
  given: GivenByProgram,
  failed: (name: string, error: TenonError) => void,
): Promise<Configured> {
  const opened = new Map<string, AnyPlugin>();
  const failures = new Map<string, TenonError>();
  const waiting = new Set(plugins);
  const openOne = async (plugin: ConfiguredPlugin): Promise<void> => {
    try {
      for (const [required, range] of Object.entries(plugin.requires)) {
        const failure = failures.get(required);
        if (failure !== undefined) throw configRequirementFailed(plugin.name, required, failure);
        const { version } = opened.get(required) ?? {};
        if (!versionFits(version, range)) throw configRequirementVersion(plugin.name, required, range, version);
      }
      const contract = await contractOf(plugin, given);
      opened.set(plugin.name, await host.open(plugin.artifact, contract, optionsOf(plugin, contract, given) as never));
    } catch (thrown) {
      const error = isTenonError(thrown) ? thrown : loadFailed(`plugin ${plugin.name}`, thrown);
      failures.set(plugin.name, error);
      failed(plugin.name, error);
    }
  };
  const isDone = (name: string) => opened.has(name) || failures.has(name);
  const running = new Set<Promise<void>>();
  while (waiting.size > 0 || running.size > 0) {
    for (const plugin of waiting) {
      if (running.size >= mostAtOnce) break;
      if (!Object.keys(plugin.requires).every(isDone)) continue;
      waiting.delete(plugin);
      const opening = openOne(plugin).finally(() => running.delete(opening));
      running.add(opening);
    }
    await Promise.race(running);
  }
  const inOrder = plugins.flatMap(({ name }) => {
    const plugin = opened.get(name);
    return plugin === undefined ? [] : [[name, plugin] as const];
  });
  return new Configured(new Map(inOrder), failures);
}

/**
 * Returns the contract that a configured plugin is opened with; `undefined` for its own.
 *
 * @throws TENON_CONTRACT_MISSING; what reading it throws
 */
export async function contractOf(
  { name, contract }: ConfiguredPlugin,
  { contracts = [] }: GivenByProgram,
): Promise<Contract | undefined> {
  const isList = Array.isArray(contracts);
  if (!isList && Object.hasOwn(contracts, name)) return (contracts as Readonly<Record<string, Contract>>)[name];
  if (contract === undefined) return undefined;
  if ("path" in contract) {
    const read = await readCarriedContract(contract.path, undefined);
    if (read === undefined) throw configContractMissing(name, contract.path);
    return read;
  }
  const known: readonly Contract[] = isList ? contracts : Object.values(contracts);
  const found = known.find(({ id }) => id === contract.id) ?? known.find((each) => isNamed(each, contract.id));
  if (found !== undefined) return found;
  throw configContractUnknown(
    name,
    contract.id,
    known.map(({ id }) => id),
  );
}

function optionsOf(
  { name, requires, options }: ConfiguredPlugin,
  contract: Contract | undefined,
  given: GivenByProgram,
) {
  const id = contract?.id ?? "";
  const key = [name, id, withoutVersion(id)].find((each) => Object.hasOwn(given.imports ?? {}, each));
  const settings = given.settings?.[name];
  return {
    ...options,
    ...(Object.keys(requires).length === 0 ? {} : { requires }),
    ...(settings === undefined ? {} : { settings: { ...(options.settings as object | undefined), ...settings } }),
    ...(key === undefined ? {} : { imports: given.imports?.[key] }),
  } as OpenOptions;
}

/** Whether a config file means this contract by an id, with or without the version. */
export function isNamed(contract: Contract, id: string): boolean {
  return contract.id === id || withoutVersion(contract.id) === id;
}

function withoutVersion(id: string): string {
  return id.replace(/@.*$/, "");
}
