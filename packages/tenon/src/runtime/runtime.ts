import type { Contract } from "../contract/core.js";
import type { Finding } from "../errors/index.js";
import type { Artifact } from "./artifact.js";
import type { FunctionTable, Instance, LogLine, PlaceKind } from "./instance.js";

/** What a runtime makes of an artifact that it recognises. */
export interface Recognition {
  /** How sure it is: by content (2), or by name alone (1). The highest wins. */
  readonly confidence: 1 | 2;
  /** For people: "TypeScript module", "WebAssembly component". */
  readonly description: string;
}

/** What a feature table calls the things that a runtime may offer in a place. */
export const features = [
  "sync",
  "callbacks",
  "resources",
  "streams",
  "futures",
  "cancel",
  "interrupt",
  "memory-limit",
  "state",
  "source-maps",
] as const;
export type Feature = (typeof features)[number];

/** For each place, `true` or the reason why the runtime is not offered there. */
export type Offers = Readonly<Record<Exclude<PlaceKind, "remote">, true | string>>;

/** A folder that a plugin may reach. */
export interface FolderGrant {
  /** The folder on the host: relative to the current directory, or absolute. */
  readonly path: string;
  /** Whether files may be created, changed and removed. Default `false`. */
  readonly write?: boolean;
}

/**
 * What a plugin is allowed. Nothing is granted by default.
 *
 * The environment is kept from plugins in every thread and process of their own. Folders, network, clock and randomness
 * are enforced for WebAssembly in every place, and cannot be for JavaScript: `plugin.isolation` says what is.
 */
export interface Grants {
  /** Environment variables by name: a value, or `true` to pass the host's on. */
  readonly environment?: Readonly<Record<string, string | true>>;
  /** Folders, by the absolute path under which the plugin sees them; a text alone is a folder that may only be read. */
  readonly folders?: Readonly<Record<string, string | FolderGrant>>;
  /** What may be connected to: `example.com`, `*.example.com`, `example.com:443`, `127.0.0.1:8080`, `[::1]:53`. */
  readonly network?: readonly string[];
  /** Addresses on which it may listen: `127.0.0.1:8080`, `127.0.0.1:0`. */
  readonly listen?: readonly string[];
  /** Arguments of a command, after its own name. */
  readonly arguments?: readonly string[];
  /** What a command reads from its standard input; empty by default. */
  readonly input?: string | Uint8Array;
  /** A moment (milliseconds since 1970) at which all clocks stand, advanced by what the plugin sleeps. Default: real clocks. */
  readonly clock?: number;
  /** A seed from which all randomness follows. Default: real randomness. */
  readonly seed?: number | string;
}

/** The part of a load request that can be sent to another thread or process. */
export interface LoadOptions {
  readonly settings: unknown;
  readonly grants: Grants;
  readonly limits: LoadLimits;
}

/** Limits that the runtime itself enforces, where it can. */
export interface LoadLimits {
  /** Bytes of the plugin's own memory; 0 for the engine's own limit. */
  readonly memory: number;
  /** Entries of its tables; 0 for the engine's own limit. */
  readonly table: number;
  /** Bytes of the largest value either way; 0 for none. */
  readonly bytes: number;
}

/** What the host asks a runtime to load. */
export interface LoadRequest extends LoadOptions {
  /** The host's contract, or the plugin's own where the host gave none. */
  readonly contract: Contract;
  /** The host's functions, by path. Arguments are validated by the host, as are its answers. */
  readonly imports: FunctionTable;
  /** Where the plugin's output and log go. */
  log(line: LogLine): void;
  /** Aborted when loading takes too long or is given up. */
  readonly signal: AbortSignal;
}

/** What `prepare` made of an artifact: sent to the place, so it must survive a structured clone. */
export interface Prepared {
  readonly path: string;
  /** Identifies the content: equal fingerprints load the same code. */
  readonly fingerprint: string;
  readonly payload: unknown;
  /** What threads of this process can have besides, such as compiled code. Never sent to another process. */
  readonly shared?: unknown;
}

/**
 * Code that can recognise, check and load one kind of artifact. See docs/writing-a-runtime.md.
 *
 * `recognise`, `check` and `prepare` read, but run nothing of the plugin. `load` runs it, in the thread or process in
 * which it is called: a place that is elsewhere imports {@link Runtime.module} there and calls `load` on its default
 * export. So a runtime knows nothing of places.
 */
export interface Runtime {
  readonly name: string;
  /** URL of a module whose default export is this runtime. */
  readonly module: string;
  readonly offers: Offers;
  /**
   * The contract that the artifact itself carries, where nothing beside it names one. Runs nothing of it.
   *
   * @param host The host's contract, for what the artifact leaves open: the name of its package.
   */
  contract?(artifact: Artifact, host: Contract | undefined): Promise<Contract | undefined>;
  /** Finds an artifact that is not on disk (`builtin:name`); `undefined` when the text means nothing to this runtime. */
  resolve?(given: string): Promise<Artifact | undefined>;
  recognise(artifact: Artifact): Promise<Recognition | undefined>;
  /** Findings about this artifact; the comparison of contracts is the host's and not repeated here. */
  check(artifact: Artifact, contract: Contract | undefined): Promise<readonly Finding[]>;
  /** Absolute paths of the files that the plugin is made of: what to watch. `undefined` while they cannot be known. */
  inputs?(artifact: Artifact): Promise<readonly string[] | undefined>;
  prepare(artifact: Artifact, signal?: AbortSignal, limits?: LoadLimits): Promise<Prepared>;
  load(prepared: Prepared, request: LoadRequest): Promise<Instance>;
}

/** Limits that a place itself enforces; the host enforces the others. */
export interface PlaceLimits {
  /** Bytes of the largest message either way. */
  readonly bytes: number;
  /** Bytes of memory, 0 for the engine's own limit. */
  readonly memory: number;
  /** Bytes of the stack of calls, 0 (or nothing) for the engine's own limit. */
  readonly stack?: number;
  /** Milliseconds that a cancelled call may go on before its thread or process is ended. */
  readonly grace: number;
}

/** Gives an instance by starting a runtime, here or elsewhere, and passing calls to it. */
export interface Place {
  /** How it runs instances; several places of a host can be of one kind, under different names. */
  readonly name: PlaceKind;
  /** What isolation this place reaches on this system. */
  readonly isolation: import("./instance.js").Isolation;
  start(runtime: Runtime, prepared: Prepared, request: LoadRequest, limits: PlaceLimits): Promise<Instance>;
  /** Ends what the place keeps for later (pooled threads). */
  close(): Promise<void>;
}

/**
 * The places of a host by name: what `open`'s option `place` can be. Add a place of your own by declaration merging:
 *
 * ```ts
 * declare module "tenon" {
 *   interface Places {
 *     cloud: Place; // createHost({ places: { cloud: cloudPlace() } })
 *   }
 * }
 * ```
 */
export interface Places {
  /** The host's own thread: the fastest calls, and no isolation. */
  inline: Place;
  /** A thread for each plugin. */
  worker: Place;
  /** A few threads that plugins share. */
  "worker-pool": Place;
  /** A process for each plugin. */
  process: Place;
}

/** The name of a place: `inline`, `worker`, `worker-pool`, `process`, and those that {@link Places} was extended with. */
export type PlaceName = keyof Places;
