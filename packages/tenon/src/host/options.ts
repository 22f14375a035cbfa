import { type Contract, describe, type Imports } from "../contract/core.js";
import { grantInvalid } from "../errors/factories/grant.js";
import { grantMoved, optionInvalid, unknownName } from "../errors/factories/host-option.js";
import type { GrantSet } from "../grants/grants.js";
import { type GrantFailures, readGrantSet } from "../grants/read-grants.js";
import { isDigest } from "../runtime/digest.js";
import type { Grants, Level, LoadLimits, PlaceName, RuntimeChoice } from "../runtime/index.js";
import type { GivenMetadata } from "../runtime/metadata.js";
import { nearest } from "../runtime/nearest.js";
import { packageOf, type SharedOption } from "../runtime/package-choice.js";
import type { LogFormat } from "./log-json.js";
import {
  aBoolean,
  aLimit,
  aName,
  aNumber,
  anObject,
  anything,
  aSignal,
  checkOptions,
  type OptionCheck,
  oneOf,
} from "./option-checks.js";
import { rangeIsValid } from "./order.js";
import type { SupervisionOptions } from "./supervision.js";

/** Limits of a plugin. Times are in milliseconds, sizes in bytes. 0 means no limit, unless stated otherwise. */
export interface Limits {
  /** How long a call may take. Default 30,000. */
  readonly deadline: number;
  /** How large the parameters or the result of a call may be. Default 64 MiB. */
  readonly bytes: number;
  /**
   * How many bytes may be under way in each direction between the host and a plugin in a thread or process: sent and not
   * yet taken, or parameters of host functions that run. Beyond it, calls, results and streams wait, and the host reads
   * nothing more from the plugin. Results of host functions that are as many again fail with TENON_CALL_BUFFER_FULL.
   * Default 256 MiB.
   */
  readonly buffer: number;
  /** How many calls run at the same time; more wait. Default 0: no limit. */
  readonly concurrency: number;
  /** How many calls may wait for their turn; 0 means none. Default 10,000. */
  readonly queue: number;
  /**
   * How long loading may take, without building from source and compiling. What the host does itself counts: reading the
   * plugin and its contract, comparing and binding them. Default 10,000.
   */
  readonly load: number;
  /** How long a swap or close waits for calls that are running. Default 10,000. */
  readonly drain: number;
  /** How long a cancelled call may keep running before its thread or process is killed. Default 200. */
  readonly grace: number;
  /**
   * Memory of the thread (its heap and buffers) or process (on Linux, everything that its process group occupies; elsewhere
   * its heap); for WebAssembly, of all linear memories together, in every place. `plugin.isolation.remarks` say what is
   * counted, and how much more the engine itself may use. Default 0: V8's own limit.
   */
  readonly memory: number;
  /**
   * The call stack of the thread or process, which limits how deep calls can nest; at least 1 MiB, and at most 4 MiB in a
   * process. An inline plugin runs on the host's own stack. Default 0: V8's own limit.
   */
  readonly stack: number;
  /**
   * Processes that the plugin may have at the same time, its own included. Beyond it, all of them are killed, with
   * TENON_PLACE_PROCESSES. This limit and the next two hold in places that run the plugin in its own process, and `open` fails
   * with TENON_LIMIT_UNENFORCED where they cannot be enforced. Default 0: no limit.
   */
  readonly processes: number;
  /** Files and connections that each of the plugin's processes may have open at the same time. Default 0: that of the host. */
  readonly files: number;
  /**
   * CPU time of all the plugin's processes together, in milliseconds, since the plugin was started. Beyond it, they are killed,
   * with TENON_PLACE_CPU. Default 0: no limit.
   */
  readonly cpu: number;
  /** Entries of all WebAssembly tables together. Default 0: V8's own limit. */
  readonly table: number;
  /**
   * How many requests one instance of a `wasi:http` component serves, one after the other. With the default 1, no request can
   * learn anything of another. Set more (0: no limit) only for components that keep nothing of one request for the next.
   */
  readonly requests: number;
}

export const defaultLimits: Limits = {
  deadline: 30_000,
  bytes: 64 * 1024 * 1024,
  buffer: 256 * 1024 * 1024,
  concurrency: 0,
  queue: 10_000,
  load: 10_000,
  drain: 10_000,
  grace: 200,
  memory: 0,
  stack: 0,
  processes: 0,
  files: 0,
  cpu: 0,
  table: 0,
  requests: 1,
};

/** The options of `open` and `pool` that do not depend on the contract. */
export interface InstanceOptions {
  /**
   * Where the instance runs: `inline`, `worker`, `worker-pool`, `process`, or a place of your own. Default: the one that the
   * runtime prefers, which is `inline` for JavaScript and WebAssembly.
   */
  readonly place?: PlaceName;
  /**
   * The runtime by its name, its options, or both: `{ clock: 0 }`, `"json-lines"`, `{ name: "json-lines", cookie: "x" }`. They are added
   * to those of the manifest, and win over them. Default: the runtime that recognises the plugin.
   */
  readonly runtime?: RuntimeChoice;
  /** The plugin's settings, validated against the schema in its manifest. */
  readonly settings?: unknown;
  /** What the plugin may access. Nothing by default. */
  readonly grants?: Grants;
  readonly limits?: Partial<Limits>;
  readonly supervision?: SupervisionOptions;
  /**
   * When the plugin starts. `now`: before `open` resolves. `first-call`: it is only checked and prepared, and is `resting` until it
   * is called, without an instance, thread or process. Its contract must be known without running it. Default `now`.
   */
  readonly start?: "now" | "first-call";
  /**
   * How long nothing may use the plugin until it is put to rest, in milliseconds; its state is kept and restored by the next
   * call. In use: running calls in both directions, live objects, open streams, pending futures, and swaps. 0 means never.
   * Default 0.
   */
  readonly idle?: number;
  /** The lowest isolation level that you accept; `open` fails if the plugin does not reach it. */
  readonly isolation?: Level;
  /**
   * Packages that are not bundled into a JavaScript plugin: Node loads them from the plugin's folder. Added to those of the
   * manifest.
   */
  readonly external?: readonly string[];
  /**
   * Packages and modules of which a JavaScript plugin uses the host's own copy: names, or names with the URLs of the host's
   * modules, `{ "my-app/api": new URL("./api.js", import.meta.url) }`. Added to those of the manifest. Only inline are they
   * the same objects; in a thread or process, the same files are loaded there.
   */
  readonly shared?: SharedOption;
  /**
   * The digest of everything that will run, as `tenon inspect` prints it: `sha256-` and base64. Of an archive or a download, it may
   * be the digest of that file. Nothing of a plugin with another digest runs, neither after a restart nor after a swap.
   */
  readonly integrity?: string;
  /** Where `npm:` names are looked for and `command:` lines start. Default: the working folder of the host's program. */
  readonly folder?: string;
  /** Overrides the name in the manifest, or that of the file. */
  readonly name?: string;
  /**
   * What the plugin's lines on stdout and stderr are: `json` reads those that are JSON objects of a logging library (hclog, pino, zap, slog)
   * into level, time, text and fields. Default `text`.
   */
  readonly logs?: LogFormat;
  /** Overrides the manifest's priority at extension points. */
  readonly priority?: number;
  /**
   * Plugins that this one requires at extension points, by name, with their version ranges: `{ store: "^1.0.0" }`. Added to those
   * of the manifest.
   */
  readonly requires?: Readonly<Record<string, string>>;
  /** Cancels opening, whatever it is doing. */
  readonly signal?: AbortSignal;
}

interface SingleOptions extends InstanceOptions {
  /** Always opens a new instance. By default, opening the same artifact with the same options returns the same plugin. */
  readonly fresh?: boolean;
}

// Interfaces and no intersections: then the first line of the compiler's message says that `imports` is missing.
interface OptionsWithImports<I> extends SingleOptions {
  /** The host's functions. */
  readonly imports: I;
}
interface OptionsWithoutImports<I> extends SingleOptions {
  /** The host's functions. */
  readonly imports?: I;
}

/** Whether the host can leave out `imports`: the contract has none, or all of them are optional. */
export type NeedsNoImports<C> = {} extends Imports<C> ? true : false;

/** How to open a plugin. `imports` is required if the contract imports functions that the host must provide. */
export type OpenOptions<C extends Contract<any, any> = Contract> =
  NeedsNoImports<C> extends true ? OptionsWithoutImports<Imports<C>> : OptionsWithImports<Imports<C>>;

/**
 * The last parameters of `open` and `pool`: options, which can be left out unless they must contain `imports`. The functions call
 * them `optionsWithImports`, a name that the compiler only shows where they are missing.
 */
export type OpenArguments<C extends Contract<any, any>, O> =
  NeedsNoImports<C> extends true ? [options?: O] : [options: O];

/** Options for single calls: `plugin.with(…)` and `plugin.call(…)`. */
export interface CallOptions {
  /** Milliseconds; 0 for none. Default: the plugin's limit. */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
  /**
   * What the call carries beside its parameters, such as a `traceparent`. It is added to what the call inherits. At most 32 entries and
   * 8 KiB; keys consist of `a-z`, `0-9`, `_`, `.` and `-`.
   */
  readonly metadata?: GivenMetadata;
  /**
   * Whether the call may outlast the call that the code serves: then it inherits neither the deadline nor the cancellation of that.
   * For cleaning up. Default false.
   */
  readonly detached?: boolean;
}

const isPackage = (name: unknown) => typeof name === "string" && name !== "" && packageOf(name) === name;
const isModule = (name: string) => packageOf(name) !== undefined;
const packageNames: OptionCheck = {
  expected: 'a list of package names, such as ["better-sqlite3"]',
  fits: (value) => Array.isArray(value) && value.every(isPackage),
};
const sharedModules: OptionCheck = {
  expected:
    "a list of package names, or an object with the file: URLs of the host's modules by the name that plugins import",
  fits: (value) =>
    packageNames.fits(value) ||
    (anObject.fits(value) &&
      Object.entries(value as object).every(([name, url]) => isModule(name) && /^file:/.test(String(url)))),
};

const aDigest: OptionCheck = {
  expected: `a digest such as "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", as tenon inspect prints it`,
  fits: (value) => typeof value === "string" && isDigest(value),
};
const aRuntime: OptionCheck = {
  expected: "the name of a runtime, or an object with its options",
  fits: (value) => {
    if (typeof value === "string") return value !== "";
    return anObject.fits(value) && aName.fits((value as { name?: unknown }).name ?? "unnamed");
  },
};
/** How to check a plugin: the options of `open` that change which runtime opens it, and what enforces its grants. */
export type CheckOptions = Pick<InstanceOptions, "runtime" | "folder" | "integrity" | "place" | "grants" | "isolation">;

/** What `plugin.swap` takes besides the artifact. */
export interface SwapOptions {
  /** The new instance's settings. Default: those that the plugin has. */
  readonly settings?: unknown;
  /**
   * The digest of everything that will run of the new artifact. Default: the one that the plugin was opened with, so that
   * such a plugin is never replaced by something else.
   */
  readonly integrity?: string;
  /**
   * Whether the old instance ends before the new one starts: for a plugin that owns something that only one can have, such
   * as a port or a lock. Calls wait in the meantime. If the new instance fails, the old artifact is started again, with its
   * state if it can restore it. Default false: both run side by side until the new one is ready.
   */
  readonly exclusive?: boolean;
}

const openOptions: Record<keyof OpenOptions, OptionCheck> = {
  place: aName,
  runtime: aRuntime,
  imports: anObject,
  settings: anything,
  grants: anObject,
  limits: anObject,
  supervision: anObject,
  start: oneOf("now", "first-call"),
  idle: {
    expected: "a number of milliseconds from 0 to 2,147,483,647",
    fits: (value) => typeof value === "number" && value >= 0 && value <= 2 ** 31 - 1,
  },
  external: packageNames,
  shared: sharedModules,
  integrity: aDigest,
  folder: aName,
  isolation: oneOf("none", "contained", "sandboxed"),
  name: aName,
  priority: aNumber,
  requires: {
    expected: 'an object of version ranges, such as { store: "^1.0.0" }',
    fits: (value) => anObject.fits(value) && Object.values(value as object).every(rangeIsValid),
  },
  logs: oneOf("text", "json"),
  fresh: aBoolean,
  signal: aSignal,
};
/** What `grants` has beside the grants themselves. */
const grantOptions: Record<Exclude<keyof Grants, keyof GrantSet>, OptionCheck> = {
  unenforced: oneOf("refuse", "allow"),
};
const callOptions: Record<keyof CallOptions, OptionCheck> = {
  deadline: aLimit,
  signal: aSignal,
  metadata: anObject,
  detached: aBoolean,
};
const swapOptions: Record<keyof SwapOptions, OptionCheck> = {
  settings: anything,
  integrity: aDigest,
  exclusive: aBoolean,
};
const aStack: OptionCheck = {
  expected: "0, or a number of bytes of at least 1 MiB and at most 1 GiB",
  fits: (value) => value === 0 || (typeof value === "number" && value >= 2 ** 20 && value <= 2 ** 30),
};
const limitChecks = {
  ...Object.fromEntries(Object.keys(defaultLimits).map((name) => [name, aLimit])),
  stack: aStack,
};

/** Checks limits and fills in the defaults. @throws TENON_OPTION_INVALID */
export function readLimits(given: Partial<Limits> | undefined, base: Limits): Limits {
  checkOptions(given, limitChecks, { prefix: "limits.", noun: "limit", subject: "limits" });
  const defined = Object.entries(given ?? {}).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(defined) };
}

/** The limits that a runtime enforces itself. */
export function loadLimits({ memory, table, bytes, requests }: Limits): LoadLimits {
  return { memory, table, bytes, requests };
}

/** Checks the options of `open`, and returns them with a copy of the grants. @throws TENON_OPTION_INVALID, TENON_GRANT_INVALID */
export function readOpenOptions(options: OpenOptions = {}): OpenOptions {
  checkOptions(options, openOptions);
  return options.grants === undefined ? options : { ...options, grants: readGrants(options.grants) };
}

/** Checks the options of `check`. @throws TENON_OPTION_INVALID, TENON_GRANT_INVALID */
export function readCheckOptions(options: CheckOptions): CheckOptions {
  const { runtime, folder, integrity, place, grants, isolation } = openOptions;
  checkOptions(options, { runtime, folder, integrity, place, grants, isolation });
  return options.grants === undefined ? options : { ...options, grants: readGrants(options.grants) };
}

/** Reads grants, and returns a copy. */
function readGrants(given: Grants): Grants {
  const others = Object.keys(grantOptions);
  const set = readGrantSet(given, grantFailures, others);
  const beside = Object.fromEntries(Object.entries(given).filter(([name]) => others.includes(name)));
  checkOptions(beside, grantOptions, { prefix: "grants.", noun: "grant", subject: "grants" });
  return { ...set, ...beside };
}

/** What is no grant, and an option of the runtime instead. */
const movedGrants: ReadonlySet<string> = new Set(["arguments", "input", "clock", "seed"]);

const grantFailures: GrantFailures = {
  unknown: (path, known) => {
    const name = path.slice(path.lastIndexOf(".") + 1);
    if (movedGrants.has(name)) return grantMoved(name);
    return unknownName("grant", path, known, nearest(name, known));
  },
  wrong: (path, expected, found) => optionInvalid(path, `expected ${expected}, got ${describe(found)}`),
  entry: (grant, entry, why) => grantInvalid(grant, entry, why),
};

export function checkCallOptions(options: CallOptions | undefined): void {
  checkOptions(options, callOptions);
}

export function checkSwapOptions(options: SwapOptions | undefined): void {
  checkOptions(options, swapOptions);
}
