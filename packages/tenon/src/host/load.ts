import type { Contract, Signature } from "../contract/core.js";
import { contractsEqual } from "../contract/equal.js";
import { errors, isTenonError, type TenonError } from "../errors/index.js";
import {
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
  type Prepared,
  type Runtime,
} from "../runtime/index.js";
import { type Bridge, bridge } from "./bridge.js";
import { Cell, expectFit } from "./cell.js";
import { aborted } from "./control.js";
import { type Limits, loadLimits } from "./options.js";

/** An artifact that passed its check, and everything that is needed to start it, again and again. */
export interface Source {
  readonly artifact: Artifact;
  readonly runtime: Runtime;
  readonly prepared: Prepared;
  readonly settings: unknown;
}

/** What stays the same for every instance behind one plugin. */
export interface LoadContext {
  readonly name: string;
  readonly contract: Contract;
  readonly place: Place;
  readonly imports: unknown;
  readonly grants: Grants;
  readonly limits: Limits;
  readonly isolation: Level | undefined;
  readonly signatures: readonly Signature[];
  readonly assembled: Assembled;
  log(line: LogLine): void;
}

const levels: readonly Level[] = ["none", "contained", "sandboxed"];

/** Starts an instance and asks it for its health. Whatever fails, nothing is left behind. */
export async function load(source: Source, context: LoadContext, signal: AbortSignal | undefined): Promise<Cell> {
  const carried = source.artifact.manifest.contract;
  const first = await start(source, context, carried ?? context.contract, signal);
  const declared = first.instance.contract;
  // Code may declare a contract that nothing beside it told of: then it is started again as what it says it is.
  if (declared === undefined || contractsEqual(declared, carried ?? context.contract)) return settle(first, context);
  try {
    expectFit(context.contract, declared, context.name);
  } catch (refused) {
    await first.instance.close({ signal: undefined, deadline: context.limits.grace });
    throw refused;
  }
  await first.instance.close({ signal: undefined, deadline: context.limits.grace });
  return settle(await start(source, context, declared, signal), context);
}

interface Started {
  readonly instance: Instance;
  readonly boundary: Boundary;
  readonly table: FunctionTable;
  adopt(cell: Cell): void;
}

async function start(
  source: Source,
  context: LoadContext,
  contract: Contract,
  signal: AbortSignal | undefined,
): Promise<Started> {
  const bridged: Bridge = bridge(context.contract, contract);
  let table: FunctionTable | undefined;
  let cell: Cell | undefined;
  const boundary = new Boundary({
    table: { get: (path) => table?.get(path) },
    validates: true,
    owner: () => cell,
  });
  declareResources(boundary, context.assembled.resources);
  const { table: imports, findings } = implement(context.contract.imports, context.imports ?? {}, {
    boundary,
    subject: `the host of ${context.name}`,
    threw: "TENON_IMPORT_THREW",
    missing: "TENON_IMPORT_MISSING",
  });
  const missing = findings[0];
  if (missing !== undefined)
    throw errors[missing.code]({ message: missing.message, subject: missing.subject, fix: missing.fix, findings });
  const controller = new AbortController();
  const timer =
    context.limits.load === 0 ? undefined : setTimeout(() => controller.abort(late(context)), context.limits.load);
  const onAbort = () => controller.abort(aborted(`opening ${context.name}`, signal?.reason));
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  try {
    const { bytes, memory, stack, grace } = context.limits;
    const starting = context.place.start(
      source.runtime,
      source.prepared,
      {
        contract,
        imports: bridged.imports(imports),
        settings: source.settings,
        grants: context.grants,
        limits: loadLimits(context.limits),
        log: (line) => context.log(line),
        signal: controller.signal,
      },
      { bytes, memory, stack, grace },
    );
    const instance = await orAborted(starting, controller.signal);
    table = bridged.exports(instance.functions);
    return { instance, boundary, table, adopt: (adopted) => (cell = adopted) };
  } catch (thrown) {
    await boundary.close(errors.TENON_PLUGIN_CLOSED(`plugin ${context.name} did not load`));
    throw isTenonError(thrown)
      ? thrown
      : errors.TENON_LOAD_FAILED({
          message: `${context.name} failed while loading: ${String(thrown)}`,
          subject: context.name,
          cause: thrown,
        });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

async function settle(started: Started, context: LoadContext): Promise<Cell> {
  const { instance } = started;
  try {
    expectIsolation(instance, context);
    await instance.health({ signal: undefined, deadline: context.limits.deadline });
  } catch (thrown) {
    await instance.close({ signal: undefined, deadline: context.limits.grace });
    throw thrown;
  }
  const cell = new Cell(instance, started.boundary, context.signatures, started.table);
  started.adopt(cell);
  return cell;
}

/** A place that does not react in time is left to end by itself; what it still starts is closed. */
function orAborted(starting: Promise<Instance>, signal: AbortSignal): Promise<Instance> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      reject(signal.reason);
      starting.then((late) => late.close({ signal: undefined, deadline: 0 })).catch(() => {});
    };
    signal.addEventListener("abort", onAbort, { once: true });
    starting.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function expectIsolation(instance: Instance, context: LoadContext): void {
  const wanted = context.isolation;
  if (wanted === undefined || levels.indexOf(instance.isolation.level) >= levels.indexOf(wanted)) return;
  throw errors.TENON_ISOLATION_UNAVAILABLE({
    message: `${context.name}: isolation "${wanted}" was asked for, and the ${instance.place} place reaches "${instance.isolation.level}"`,
    subject: context.name,
  });
}

function late(context: LoadContext): TenonError {
  return errors.TENON_LOAD_DEADLINE({
    message: `${context.name} did not finish loading within ${context.limits.load} ms`,
    subject: context.name,
  });
}
