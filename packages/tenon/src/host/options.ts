import type { Contract, Imports } from "../contract/index.js";
import { errors } from "../errors/index.js";
import type { Grants, Level } from "../runtime/index.js";
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
  /** Memory of the thread or process. Default 0: the engine's own limit. */
  readonly memory: number;
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

const openOptions: Record<keyof OpenOptions, 1> = {
  place: 1,
  imports: 1,
  settings: 1,
  grants: 1,
  limits: 1,
  supervision: 1,
  isolation: 1,
  name: 1,
  priority: 1,
  fresh: 1,
  signal: 1,
};

/** Refuses options that do not exist and limits that are no numbers; fills in the defaults. */
export function readLimits(given: Partial<Limits> | undefined, base: Limits): Limits {
  const limits: Record<string, number> = { ...base };
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value === undefined) continue;
    if (!(name in defaultLimits))
      throw invalid(`limits.${name}`, `there is no such limit; there are ${Object.keys(defaultLimits).join(", ")}`);
    if (typeof value !== "number" || !(value >= 0)) throw invalid(`limits.${name}`, "expected a number of 0 or more");
    limits[name] = value;
  }
  return limits as unknown as Limits;
}

export function checkOpenOptions(options: OpenOptions): void {
  for (const name of Object.keys(options)) {
    if (!(name in openOptions))
      throw invalid(name, `there is no such option; there are ${Object.keys(openOptions).join(", ")}`);
  }
}

export function invalid(subject: string, message: string) {
  return errors.TENON_OPTION_INVALID({ message: `option ${subject}: ${message}`, subject });
}
