import { type Contract, signatures } from "../contract/core.js";
import { makeContract } from "../contract/model/make.js";
import {
  contractDiscovered,
  contractLearnedTwice,
  contractMissing,
  pluginNotLoaded,
} from "../errors/factories/host.js";
import type { FunctionTable, Instance } from "../runtime/index.js";
import type { Cell } from "./cell.js";
import { isDisplaced } from "./displaced.js";
import {
  type HostSide,
  hostSide,
  type LoadContext,
  load,
  type Source,
  type StartContext,
  settle,
  startInstance,
} from "./load.js";
import { checkContract } from "./option-checks.js";

/** How to start a plugin whose contract is not known until it declares it. */
export interface LearnContext extends StartContext {
  /** Makes what depends on the contract that the plugin declares. Called for each start. @throws what refuses the contract */
  learned(contract: Contract): { readonly context: LoadContext; readonly source: Source };
}

const mostAttempts = 3;
const noFunctions: FunctionTable = new Map();

/** What a plugin is started with of which nothing is known yet. */
const nothingKnown = { contract: makeContract("tenon:unknown", {}, {}), imports: noFunctions };

/**
 * Starts a plugin without knowing its contract, and goes on with the one that it declares, in the same instance. If its runtime
 * says only afterwards which one that is, and the instance has not got what the contract needs, it is started again with it.
 *
 * @throws TENON_CONTRACT_MISSING if it declares none; what loading throws
 */
export async function learn(source: Source, unknown: LearnContext, signal: AbortSignal | undefined): Promise<Cell> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await learnOnce(source, unknown, signal);
    } catch (thrown) {
      if (attempts === mostAttempts || !isDisplaced(thrown)) throw thrown;
    }
  }
}

interface Learned {
  readonly host: HostSide;
  readonly source: Source;
}

async function learnOnce(source: Source, unknown: LearnContext, signal: AbortSignal | undefined): Promise<Cell> {
  let learned: Learned | undefined;
  let refused: unknown;
  const bind = (contract: Contract): Learned => {
    if (learned !== undefined) throw contractLearnedTwice(unknown.name);
    checkContract(contract);
    const known = unknown.learned(contract);
    learned = { source: known.source, host: hostSide(known.context, contract) };
    return learned;
  };
  const request = {
    ...nothingKnown,
    learned: async (contract: Contract) => {
      try {
        return bind(contract).host.imports;
      } catch (thrown) {
        refused = thrown;
        throw thrown;
      }
    },
  };
  let instance: Instance;
  try {
    instance = await startInstance(source, unknown, request, signal, performance.now());
  } catch (thrown) {
    await learned?.host.boundary.close(pluginNotLoaded(unknown.name));
    // Why the contract was refused says more than that the plugin did not load without it.
    throw refused ?? thrown;
  }
  const close = () => instance.close({ signal: undefined, deadline: unknown.limits.grace });
  let restarted: Learned | undefined;
  try {
    if (learned === undefined) {
      const declared = instance.contract;
      if (declared === undefined) throw contractMissing(source.artifact.given);
      if (isComplete(instance, declared)) bind(declared);
      else {
        const known = unknown.learned(declared);
        restarted = { source: known.source, host: hostSide(known.context, declared) };
      }
    }
  } catch (thrown) {
    await close();
    throw thrown;
  }
  if (restarted !== undefined) {
    await close();
    return load(restarted.source, restarted.host.context, signal);
  }
  const { host, source: known } = learned as unknown as Learned;
  return settle(host.started(instance), known, host.context, signal);
}

/**
 * Starts a plugin until it has declared its contract, and ends it.
 *
 * @throws TENON_CONTRACT_MISSING if it declares none; what loading throws
 */
export async function discover(
  source: Source,
  context: StartContext,
  signal: AbortSignal | undefined,
): Promise<Contract> {
  let declared: Contract | undefined;
  const learned = async (contract: Contract): Promise<FunctionTable> => {
    checkContract(contract);
    declared = contract;
    // Ends loading: nothing more is wanted of the plugin.
    throw contractDiscovered(context.name);
  };
  const begun = performance.now();
  try {
    const instance = await startInstance(source, context, { ...nothingKnown, learned }, signal, begun);
    declared ??= instance.contract;
    await instance.close({ signal: undefined, deadline: context.limits.grace });
  } catch (thrown) {
    if (declared === undefined || signal?.aborted) throw thrown;
  }
  if (declared === undefined) throw contractMissing(source.artifact.given);
  return declared;
}

/** Whether an instance that was started without its contract can be used with it: it needs nothing of the host. */
function isComplete({ functions }: Instance, { imports, exports }: Contract): boolean {
  if (Object.keys(imports).length > 0) return false;
  return signatures(exports).every(({ path, type }) => type.optional || functions.get(path) !== undefined);
}
