import type { Contract, Imports } from "../contract/core.js";
import type { Grants, Level, LoadLimits } from "../runtime/index.js";
import {
  aBoolean,
  aLimit,
  aList,
  aName,
  aNumber,
  anObject,
  anything,
  aSignal,
  checkOptions,
  type OptionCheck,
  oneOf,
} from "./option-checks.js";
import type { SupervisionOptions } from "./supervision.js";

/** Limits of a plugin. Times in milliseconds, sizes in bytes; 0 means that there is no limit, unless it says otherwise. */
export interface Limits {
  /** How long a call may take. Default 30,000. */
  readonly deadline: number;
  /** How large the parameters or the result of a call may be. Default 64 MiB. */
  readonly bytes: number;
  /** How many calls run at once; more wait. Default 0: as many as come. */
  readonly concurrency: number;
  /** How many calls may wait for their turn; 0: none may. Default 10,000. */
  readonly queue: number;
  /** How long loading may take. Default 10,000. */
  readonly load: number;
  /** How long a swap or close waits for calls that are running. Default 10,000. */
  readonly drain: number;
  /** How long a cancelled call may go on before its thread or process is ended. Default 200. */
  readonly grace: number;
  /** Memory of the thread or process; of WebAssembly, its linear memories together, in every place. Default 0: the engine's own limit. */
  readonly memory: number;
  /**
   * The stack of calls of the thread or process, which bounds how deep calls may nest; at least 1 MiB. A process has at most
   * 4 MiB of it. Inline the plugin is called on the host's own stack. Default 0: the engine's own limit.
   */
  readonly stack: number;
  /** Entries of all tables of WebAssembly together. Default 0: the engine's own limit. */
  readonly table: number;
}

export const defaultLimits: Limits = {
  deadline: 30_000,
  bytes: 64 * 1024 * 1024,
  concurrency: 0,
  queue: 10_000,
  load: 10_000,
  drain: 10_000,
  grace: 200,
  memory: 0,
  stack: 0,
  table: 0,
};

/** How a plugin is opened. */
export interface OpenOptions<C extends Contract = Contract> {
  /** Where the instance lives. Default `inline`. */
  readonly place?: string;
  /** The host's functions. */
  readonly imports?: Imports<C>;
  /** The plugin's settings, validated against the schema in its manifest. */
  readonly settings?: unknown;
  /** What the plugin is allowed. Nothing by default. */
  readonly grants?: Grants;
  readonly limits?: Partial<Limits>;
  readonly supervision?: SupervisionOptions;
  /** The least isolation that will do; `open` fails when it cannot be had. */
  readonly isolation?: Level;
  /** Overrides the name of the manifest or file. */
  readonly name?: string;
  /** Overrides the manifest's priority at extension points. */
  readonly priority?: number;
  /** Always opens a new instance. By default the same artifact opened again with the same options is the same plugin. */
  readonly fresh?: boolean;
  /** Ends opening. */
  readonly signal?: AbortSignal;
}

/** Options of one call, for `plugin.with(…)` and `plugin.call(…)`. */
export interface CallOptions {
  /** Milliseconds; 0 for none. Default: the plugin's limit. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
}

const openOptions: Record<keyof OpenOptions, OptionCheck> = {
  place: aName,
  imports: anObject,
  settings: anything,
  grants: anObject,
  limits: anObject,
  supervision: anObject,
  isolation: oneOf("none", "contained", "sandboxed"),
  name: aName,
  priority: aNumber,
  fresh: aBoolean,
  signal: aSignal,
};
/** Their values are checked by whoever gives them: the layer that reaches the system. */
const grantOptions: Record<keyof Grants, OptionCheck> = {
  environment: anObject,
  folders: anObject,
  network: aList,
  listen: aList,
  arguments: aList,
  input: { expected: "a string or bytes", fits: (value) => typeof value === "string" || value instanceof Uint8Array },
  clock: aNumber,
  seed: { expected: "a string or number", fits: (value) => typeof value === "string" || typeof value === "number" },
};
const callOptions: Record<keyof CallOptions, OptionCheck> = { deadline: aLimit, signal: aSignal };
const aStack: OptionCheck = {
  expected: "0, or a number of bytes of at least 1 MiB and at most 1 GiB",
  fits: (value) => value === 0 || (typeof value === "number" && value >= 2 ** 20 && value <= 2 ** 30),
};
const limitChecks = {
  ...Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, aLimit])),
  stack: aStack,
};

/** Refuses limits that do not exist or are no numbers; fills in the defaults. */
export function readLimits(given: Partial<Limits> | undefined, base: Limits): Limits {
  checkOptions(given, limitChecks, { prefix: "limits.", noun: "limit", subject: "limits" });
  const said = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(said) };
}

/** The limits that a runtime enforces itself. */
export function loadLimits({ memory, table, bytes }: Limits): LoadLimits {
  return { memory, table, bytes };
}

export function checkOpenOptions(options: OpenOptions): void {
  checkOptions(options, openOptions);
  checkOptions(options.grants, grantOptions, { prefix: "grants.", noun: "grant", subject: "grants" });
}

export function checkCallOptions(options: CallOptions | undefined): void {
  checkOptions(options, callOptions);
}
