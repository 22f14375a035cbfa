import type { Contract, Signature } from "../contract/core.js";
import { contractsEqual, contractsInterchangeable } from "../contract/model/equal.js";
import { failedBy, limitUnenforced, loadDeadline, loadFailed, pluginNotLoaded } from "../errors/factories/host.js";
import { callCancelled } from "../errors/factories/host-call.js";
import { isTenonError, type TenonError } from "../errors/index.js";
import {
  type Around,
  type Artifact,
  type Assembled,
  Boundary,
  declareResources,
  type FunctionTable,
  type Grants,
  type Instance,
  implement,
  type Level,
  type LogLine,
  type Place,
  type PlaceName,
  type Prepared,
  type ResourceLimits,
  type Runtime,
  type StartRequest,
} from "../runtime/index.js";
import { type Bridge, bridge } from "./bridge.js";
import { Cell, expectAsCarried, expectFit } from "./cell.js";
import { isDisplaced } from "./displaced.js";
import { grantedFunctions } from "./granted.js";
import { reachesLevel } from "./isolation.js";
import { type Limits, loadLimits } from "./options.js";
import type { PluginStorage } from "./plugin-storage.js";

/** An artifact that passed its check, with everything needed to start it any number of times. */
export interface Source {
  readonly artifact: Artifact;
  readonly runtime: Runtime;
  readonly prepared: Prepared;
  readonly settings: unknown;
  /** The digest that `open` or `swap` was given, which was compared. */
  readonly integrity?: string | undefined;
}

/** The options that stay the same for every instance behind one plugin. */
export interface LoadContext {
  readonly name: string;
  readonly contract: Contract;
  readonly place: Place;
  /** The place by the name that `open`'s option `place` used. */
  readonly placeName: PlaceName;
  /** The host's places that can run a runtime's plugins and enforce the limit. */
  placesEnforcing(limit: keyof ResourceLimits, runtime: Runtime): readonly string[];
  /** Makes the error for an instance that does not reach the level that `open` asked for. */
  belowLevel(runtime: Runtime, level: Level, wanted: Level): Promise<TenonError>;
  readonly imports: unknown;
  readonly grants: Grants;
  readonly limits: Limits;
  /** What the plugin stores, if that is granted. */
  readonly storage?: PluginStorage | undefined;
  readonly isolation: Level | undefined;
  readonly signatures: readonly Signature[];
  readonly resources: Assembled["resources"];
  log(line: LogLine): void;
  /** What stands around the calls that the plugin makes. */
  around?(signature: Signature): Around | undefined;
}

/** How often to start a plugin whose thread ends meanwhile because of another plugin in it. */
const mostAttempts = 3;

/** Starts an instance and runs its health check. If anything fails, nothing is left behind. */
export async function load(source: Source, context: LoadContext, signal: AbortSignal | undefined): Promise<Cell> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await loadOnce(source, context, signal);
    } catch (thrown) {
      if (attempts === mostAttempts || !isDisplaced(thrown)) throw thrown;
    }
  }
}

async function loadOnce(source: Source, context: LoadContext, signal: AbortSignal | undefined): Promise<Cell> {
  const carried = source.artifact.manifest.contract;
  const first = await start(source, context, carried ?? context.contract, signal);
  const declared = first.instance.contract;
  // The code may declare a contract that no file beside it mentions. Then it is started again with that contract.
  if (declared === undefined || contractsEqual(declared, carried ?? context.contract))
    return settle(first, source, context, signal);
  try {
    if (carried !== undefined) expectAsCarried(carried, declared, context.name, source.artifact.given);
    expectFit(context.contract, declared, context.name);
  } catch (refused) {
    await first.instance.close({ signal: undefined, deadline: context.limits.grace });
    throw refused;
  }
  await first.instance.close({ signal: undefined, deadline: context.limits.grace });
  return settle(await start(source, context, declared, signal), source, context, signal);
}

/** Returns the contract that the plugin is started with. Which bytes are given up is for the host to say. */
async function usedContract(host: Contract, declared: Contract): Promise<Contract> {
  if (contractsInterchangeable(host, declared)) return host;
  const { givingUpAs } = await import("../contract/formats/given-up.js");
  return givingUpAs(host, declared);
}

interface Started {
  readonly instance: Instance;
  readonly boundary: Boundary;
  readonly table: FunctionTable;
  adopt(cell: Cell): void;
}

/** The host's side of an instance that starts: its boundary, and its functions as the plugin calls them. */
export interface HostSide {
  readonly context: LoadContext;
  /** The contract that the plugin is started with. */
  readonly contract: Contract;
  readonly imports: FunctionTable;
  readonly boundary: Boundary;
  started(instance: Instance): Started;
}

/** @throws TENON_IMPORT_MISSING */
export function hostSide(context: LoadContext, contract: Contract): HostSide {
  const bridged: Bridge = bridge(context.contract, contract);
  let table: FunctionTable | undefined;
  let cell: Cell | undefined;
  const boundary = new Boundary({
    table: { get: (path) => table?.get(path) },
    validates: true,
    fresh: context.place.traits.thread === "own",
    owner: () => cell,
  });
  declareResources(boundary, context.resources);
  const { table: imports, findings } = implement(context.contract.imports, context.imports ?? {}, {
    boundary,
    subject: `the host of ${context.name}`,
    threw: "TENON_IMPORT_THREW",
    missing: "TENON_IMPORT_MISSING",
    around: context.around?.bind(context),
  });
  const missing = findings[0];
  if (missing !== undefined) throw failedBy(findings, missing.message, missing.subject);
  const { functions } = context.grants;
  const callable =
    functions === undefined ? imports : grantedFunctions(context.contract, imports, functions, context.name);
  return {
    context,
    contract,
    imports: bridged.imports(callable),
    boundary,
    started(instance) {
      const functions = bridged.exports(instance.functions);
      table = functions;
      return { instance, boundary, table: functions, adopt: (adopted) => (cell = adopted) };
    },
  };
}

/**
 * Refuses what a start would refuse before any code of the plugin runs.
 *
 * @throws TENON_IMPORT_MISSING, TENON_LIMIT_UNENFORCED
 */
export async function expectStartable(source: Source, context: LoadContext): Promise<void> {
  hostSide(context, await usedContract(context.contract, source.artifact.manifest.contract ?? context.contract));
  resourceLimits(source.runtime, context);
}

async function start(
  source: Source,
  context: LoadContext,
  declared: Contract,
  signal: AbortSignal | undefined,
): Promise<Started> {
  const begun = performance.now();
  const host = hostSide(context, await usedContract(context.contract, declared));
  try {
    return host.started(await startInstance(source, context, host, signal, begun));
  } catch (thrown) {
    await host.boundary.close(pluginNotLoaded(context.name));
    throw thrown;
  }
}

/** What a start depends on beside the contract. */
export type StartContext = Omit<LoadContext, "contract" | "signatures" | "resources" | "around">;

/**
 * Starts an instance, guarded: its deadline, its cancellation, and an instance that comes too late.
 *
 * @param begun when the host began its own part of it.
 */
export async function startInstance(
  source: Source,
  context: StartContext,
  host: Pick<StartRequest, "contract" | "imports" | "learned">,
  signal: AbortSignal | undefined,
  begun: number,
): Promise<Instance> {
  const controller = new AbortController();
  const milliseconds = context.limits.load;
  const late = () => controller.abort(loadDeadline(context.name, milliseconds));
  const timer = milliseconds === 0 ? undefined : setTimeout(late, milliseconds);
  const onAbort = () => controller.abort(callCancelled(`opening ${context.name}`, signal?.reason));
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const { bytes, buffer, memory, stack, grace } = context.limits;
    const resources = resourceLimits(source.runtime, context);
    const request: StartRequest = {
      name: context.name,
      contract: host.contract,
      imports: host.imports,
      ...(host.learned === undefined ? {} : { learned: host.learned }),
      settings: source.settings,
      options: source.artifact.options ?? {},
      integrity: source.integrity,
      grants: context.grants,
      isolation: context.isolation,
      limits: loadLimits(context.limits),
      log: (line) => context.log(line),
      signal: controller.signal,
    };
    const start = (stored: Partial<StartRequest>) =>
      context.place.start(
        source.runtime,
        source.prepared,
        { ...request, ...stored },
        { bytes, buffer, memory, stack, grace, ...(resources === undefined ? {} : { resources }) },
      );
    const starting = context.storage === undefined ? start({}) : context.storage.start().then(start);
    // The host's own work occupies its thread, so that the timer may not have had its turn.
    if (milliseconds > 0 && performance.now() - begun > milliseconds) late();
    return await orAborted(starting, controller.signal);
  } catch (thrown) {
    throw isTenonError(thrown)
      ? thrown
      : loadFailed(`plugin ${context.name}`, thrown, thrown instanceof Error ? thrown.stack : undefined);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

/** Checks what was started, and makes it the cell that calls go to. If it is not fit, it is closed. */
export async function settle(
  started: Started,
  source: Source,
  context: LoadContext,
  signal: AbortSignal | undefined,
): Promise<Cell> {
  const { instance } = started;
  try {
    const { level } = instance.isolation;
    const wanted = context.isolation;
    if (wanted !== undefined && !reachesLevel(level, wanted))
      throw await context.belowLevel(source.runtime, level, wanted);
    await instance.health({ signal, deadline: context.limits.deadline });
  } catch (thrown) {
    await instance.close({ signal: undefined, deadline: context.limits.grace });
    throw thrown;
  }
  const elsewhere = context.place.traits.thread === "host" ? undefined : context.placeName;
  const callsBack = elsewhere === undefined && Object.keys(context.contract.imports).length > 0;
  const { boundary, table } = started;
  const cell = new Cell(context.name, instance, boundary, context.signatures, table, elsewhere, callsBack);
  started.adopt(cell);
  return cell;
}

/** Does not wait for a place that does not react to the signal. An instance that still starts later is closed. */
function orAborted(starting: Promise<Instance>, signal: AbortSignal): Promise<Instance> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason);
      starting.then((late) => late.close({ signal: undefined, deadline: 0 })).catch(() => {});
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener("abort", onAbort, { once: true });
    starting.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** @throws TENON_LIMIT_UNENFORCED for a limit that the place does not enforce */
function resourceLimits(runtime: Runtime, context: StartContext): ResourceLimits | undefined {
  const { processes, files, cpu } = context.limits;
  const resources: ResourceLimits = { processes, files, cpu };
  const set = (Object.keys(resources) as (keyof ResourceLimits)[]).filter((limit) => resources[limit] > 0);
  for (const limit of set) {
    if (context.place.resourceLimits?.includes(limit)) continue;
    throw limitUnenforced(context.name, limit, context.placeName, context.placesEnforcing(limit, runtime));
  }
  return set.length === 0 ? undefined : resources;
}
