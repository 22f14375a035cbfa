import type { Contract } from "../../contract/core.js";
import { contractMissing, failedBy, loadStopped } from "../../errors/factories/host.js";
import { functionThrew } from "../../errors/factories/javascript.js";
import { storageNotGranted } from "../../errors/factories/storage.js";
import { isMadeHere, type TenonError } from "../../errors/index.js";
import { withMetadata } from "../../runtime/call-context.js";
import type { Lifecycle } from "../../runtime/descriptor.js";
import {
  type Boundary,
  bindFunctions,
  type FunctionTable,
  type Instance,
  implement,
  type Leftover,
  type LoadRequest,
  type LogLevel,
} from "../../runtime/index.js";
import { logFields, logLevels } from "../../runtime/log-fields.js";
import type { Storage } from "../../storage/storage.js";
import { waitFor } from "./bounded.js";
import { ClosableTable } from "./closable-table.js";
import { enteredTable, ScriptBoundary } from "./entered.js";
import { loadFailure, thrownBy } from "./failure.js";
import { type Authored, readAuthored } from "./implementation.js";
import { ScriptInstance } from "./instance.js";
import type { Origin } from "./origin.js";
import { plainStack, type StackMapper } from "./stack.js";

export interface InstantiateOptions {
  /** The entry file or `builtin:greeter`, for messages. */
  readonly subject: string;
  /** Maps stacks to the plugin's own files; by default they stay as they are. */
  readonly stack?: StackMapper;
  /** Runs the plugin's code, so that what it starts can be attributed to it. */
  readonly origin?: Origin | undefined;
  /** Resolves when code of the plugin fails outside of any call. */
  readonly lost?: Promise<TenonError>;
  /** Ends what the plugin left running, and says what that was. */
  readonly leftovers?: () => Promise<readonly Leftover[]>;
  /** Called once, at the end of `close`. */
  readonly release?: () => void;
}

/**
 * Makes an instance from what a module exports: the value of `plugin(…)`, or a module of plain exports. Builtins become
 * instances this way too.
 *
 * @throws TENON_LOAD_FAILED, TENON_LOAD_DEADLINE, TENON_EXPORT_MISSING, TENON_EXPORT_KIND
 */
export async function instantiate(
  exported: unknown,
  request: LoadRequest,
  options: InstantiateOptions,
): Promise<Instance> {
  const { subject, stack = plainStack, origin } = options;
  let imports = request.imports;
  const boundary = new ScriptBoundary({ table: { get: (path) => imports.get(path) }, validates: false }, origin);
  const learn = async (contract: Contract | undefined) => {
    if (request.learned === undefined) return;
    if (contract === undefined) throw contractMissing(subject);
    imports = await request.learned(contract);
  };
  try {
    const starting = () => activate(exported, request, boundary, subject, stack, learn);
    const started = await (origin === undefined ? starting() : origin.enter(starting));
    const { authored, contract, object, lifecycle } = started;
    const table = implemented(contract, object, boundary, subject, stack);
    const functions = new ClosableTable(origin === undefined ? table : enteredTable(table, origin), boundary, subject);
    const { lost = new Promise<TenonError>(() => {}), leftovers = async () => [], release = () => {} } = options;
    const log = request.log.bind(request);
    return new ScriptInstance({
      subject,
      contract: authored.contract,
      functions,
      boundary,
      lifecycle,
      stack,
      enter: (action) => (origin === undefined ? action() : origin.enter(action)),
      lost,
      log,
      leftovers,
      release,
    });
  } catch (cause) {
    const failure = isMadeHere(cause) ? cause : loadFailure(cause, subject, stack);
    await boundary.close(failure);
    throw failure;
  }
}

/** Runs the plugin's own part of loading. Whatever it throws is a load failure. */
async function activate(
  exported: unknown,
  request: LoadRequest,
  boundary: Boundary,
  subject: string,
  stack: StackMapper,
  learn: (contract: Contract | undefined) => Promise<void>,
) {
  const { signal } = request;
  let late: TenonError | undefined;
  const tooLate = (reason: unknown): TenonError => {
    late = loadStopped(subject, reason, "the activation");
    return late;
  };
  const authored = read(exported, request.contract, subject, stack);
  const contract = authored.contract ?? request.contract;
  // Why the host refuses the contract is no failure of the plugin.
  await learn(authored.contract);
  try {
    const lifecycle: Lifecycle = { ...authored.lifecycle };
    const storage = await storageFor(request);
    const activation = authored.activate(contextOf(contract, boundary, request, lifecycle, storage));
    const object = await waitFor(activation, { signal }, tooLate);
    return { authored, contract, object, lifecycle };
  } catch (cause) {
    throw late ?? loadFailure(cause, subject, stack);
  }
}

function read(exported: unknown, contract: Contract, subject: string, stack: StackMapper): Authored {
  try {
    return readAuthored(exported, contract);
  } catch (cause) {
    throw loadFailure(cause, subject, stack);
  }
}

/** Loaded only for plugins that store something. */
async function storageFor({ storage }: LoadRequest): Promise<Storage | undefined> {
  if (storage === undefined) return undefined;
  const { storageOf } = await import("../../storage/storage.js");
  return storageOf(storage);
}

/** A function that writes a line of the log, with one for each level. */
function logger(request: LoadRequest) {
  const write = (level: LogLevel) => (text: unknown, fields?: unknown) =>
    request.log({ stream: "log", text: String(text), level, fields: logFields(fields) });
  const levels = Object.fromEntries(logLevels.map((level) => [level, write(level)]));
  return Object.freeze(Object.assign((text: unknown) => write("info")(text), levels));
}

function contextOf(
  contract: Contract,
  boundary: Boundary,
  request: LoadRequest,
  lifecycle: Lifecycle,
  storage: Storage | undefined,
) {
  const bound = bindFunctions(contract.imports, boundary);
  return Object.freeze({
    imports: bound.async,
    sync: bound.sync,
    settings: request.settings,
    lifecycle: (hooks: Lifecycle) => void Object.assign(lifecycle, hooks),
    get storage(): Storage {
      if (storage === undefined) throw storageNotGranted(request.name);
      return storage;
    },
    folder: request.folder,
    log: logger(request),
    withMetadata,
  });
}

function implemented(
  contract: Contract,
  object: unknown,
  boundary: Boundary,
  subject: string,
  stack: StackMapper,
): FunctionTable {
  const { table, findings } = implement(contract.exports, object, {
    boundary,
    subject,
    threw: "TENON_CALL_THREW",
    missing: "TENON_EXPORT_MISSING",
    explain: (thrown, label) => functionThrew(label, thrownBy(subject, thrown, stack)),
  });
  if (findings.length === 0) return table;
  const message = findings.map((finding) => finding.message).join("\n");
  throw failedBy(findings, message, subject);
}
