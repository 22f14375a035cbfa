import type { Contract } from "../contract/core.js";
import type { Finding } from "../errors/index.js";
import type { GrantName, Grants } from "../grants/grants.js";
import type { StoragePort } from "../storage/port.js";
import type { Artifact } from "./artifact.js";
import type { EntryRules } from "./entry-rules.js";
import type { FunctionTable, Instance, Level, LogLine } from "./instance.js";
import type { PlaceTraits } from "./place.js";
import type { LaunchedProgram, LaunchOptions } from "./program.js";
import type { JsonSchema, RuntimeOptions } from "./runtime-options.js";

/** How a runtime recognised an artifact. */
export interface Recognition {
  /** How sure the runtime is: by content (2), or by name alone (1). The highest wins. */
  readonly confidence: 1 | 2;
  /** As shown to users: "TypeScript module", "WebAssembly component". */
  readonly description: string;
}

/** The features that a runtime may support in a place, as feature tables name them. */
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

/** The part of a load request that can be sent to another thread or process. */
export interface LoadOptions {
  readonly settings: unknown;
  /** The runtime's own options, validated against {@link Runtime.options}, with the defaults of that schema. */
  readonly options: RuntimeOptions;
  readonly grants: Grants;
  readonly limits: LoadLimits;
}

/** Limits that the runtime itself enforces, if it can. */
export interface LoadLimits {
  /** Most bytes of the plugin's own memory; 0 for the engine's own limit. */
  readonly memory: number;
  /** Most entries of its tables; 0 for the engine's own limit. */
  readonly table: number;
  /** Most bytes of a value, in both directions; 0 for no limit. */
  readonly bytes: number;
  /** How many requests one instance of an HTTP handler serves; 0 for no limit. Default: 1. */
  readonly requests?: number;
}

/** What the host asks a runtime to load. */
export interface LoadRequest extends LoadOptions {
  /**
   * The host's contract, or the plugin's own if the host passed none. An empty one if neither is known: then {@link learned} is
   * there.
   */
  readonly contract: Contract;
  /** The host's functions, by path. The host validates their arguments and results. */
  readonly imports: FunctionTable;
  /** The traits of the place where it is loaded. */
  readonly traits: PlaceTraits;
  /** The plugin's name, for operators and debuggers. */
  readonly name?: string | undefined;
  /** Where the plugin's output and log go. */
  log(line: LogLine): void;
  /**
   * What the plugin stores, if storage is granted to it. The same for every instance of the plugin, so that a new one sees what the
   * one before it stored. `storageOf` makes of it what `context.storage` is. Only for runtimes with {@link Runtime.stores}.
   */
  readonly storage?: StoragePort | undefined;
  /** The plugin's own folder, if that is granted: an absolute path. */
  readonly folder?: string | undefined;
  /** The digest that `open` was given. The host has compared it with what was prepared. */
  readonly integrity?: string | undefined;
  /** Aborted when loading takes too long or is cancelled. */
  readonly signal: AbortSignal;
  /**
   * Present if nothing says what the plugin's contract is until it runs: neither the host nor a file of it. Call it with the contract
   * that the plugin declares, once, as early as it is known. Returns the host's functions for it, which replace `imports`. Goes on
   * with the same instance: the plugin is started once.
   *
   * @throws TENON_IMPORT_MISSING, TENON_CONTRACT_INVALID
   */
  learned?(contract: Contract): Promise<FunctionTable>;
  /**
   * Starts a program with the granted environment and the limit of memory; present if {@link Runtime.launches} is set. The program ends with the
   * plugin: by force if loading fails, and when the host exits.
   *
   * @throws TENON_PLACE_START
   */
  launch?(program: LaunchOptions): Promise<LaunchedProgram>;
}

/** What `prepare` returns. It is sent to the place, so it must survive a structured clone. */
export interface Prepared<Payload = unknown, Shared = unknown> {
  readonly path: string;
  /** Identifies the content: equal fingerprints load the same code. */
  readonly fingerprint: string;
  readonly payload: Payload;
  /** What can be shared with threads of this process, such as compiled code. Never sent to another process. */
  readonly shared?: Shared | undefined;
  /**
   * SHA-256 of everything that will run, as `sha256-` and base64. The same on every machine. Absent if something of it cannot be
   * known, because it is read later: see {@link unpinned}.
   */
  readonly digest?: string | undefined;
  /** Why there is no digest, as a sentence without its full stop: `Node loads sharp when the plugin starts`. */
  readonly unpinned?: string | undefined;
  /**
   * Of a program: the files that `digest` covers. A place that starts them for a plugin with {@link LoadRequest.integrity} starts
   * private copies, whose bytes it has compared, and nothing else.
   */
  readonly files?: readonly PinnedFile[] | undefined;
}

/** A file, or a folder with everything in it, and the digest of its content. */
export interface PinnedFile {
  /** The absolute path. */
  readonly path: string;
  /** `sha256-` and base64: of the bytes of a file, or of the list of a folder's files. */
  readonly digest: string;
}

/**
 * Code that can recognise, check and load one kind of artifact. See docs/writing-a-runtime.md.
 *
 * `recognise`, `check` and `prepare` read the plugin, but do not run it. `load` runs it, in the thread or process where it
 * is called: a place imports {@link Runtime.module} in its thread or process and calls `load` on the default export. So a
 * runtime need not know about places.
 */
export interface Runtime<Payload = unknown, Shared = unknown> {
  readonly name: string;
  /** URL of a module whose default export is this runtime. */
  readonly module: string;
  /** Whether it can run in a place with these traits: `true`, or the reason why not. */
  offers(traits: PlaceTraits): true | string;
  /**
   * The name of the place where its plugins run unless `open` names one. Without it, or in a host without that place, the
   * first of the host's places where it can run.
   */
  readonly place?: string;
  /**
   * Whether its plugins are programs. Then a place with processes does not load the runtime in a process: `load` is called in the
   * host's thread, and starts the program by {@link LoadRequest.launch}. Such a runtime refuses places where `process` is `host`.
   */
  readonly launches?: boolean;
  /**
   * The grants that the runtime itself enforces, in every place: what was not granted cannot be reached. Without this, none.
   */
  readonly enforces?: readonly GrantName[];
  /**
   * The level that the runtime itself provides, in every place; absent for none. What an instance in a thread or process says of its
   * isolation counts only up to this level, because the plugin runs there, too.
   */
  readonly isolates?: Level;
  /**
   * What it passes on of {@link LoadRequest.storage} (`entries`) and {@link LoadRequest.folder}. `open` refuses to grant storage to a
   * plugin that it would not reach. Absent: neither.
   */
  readonly stores?: readonly ("entries" | "folder")[];
  /**
   * JSON Schema (draft 2020-12) of the options that a manifest or `open` may set for a plugin of this runtime. Without it, the
   * runtime has none. The host validates them, and passes them on as {@link Artifact.options} and {@link LoadOptions.options}.
   */
  readonly options?: JsonSchema;
  /**
   * Whether its plugins can declare their contract when they run, if no file says it: see {@link LoadRequest.learned}. `true` makes
   * `check` say what is unknown; `false` makes `open` fail without starting them. By default, `open` starts them to find out.
   */
  readonly learns?: boolean;
  /** Which folders are its plugins although no manifest names their entry. */
  readonly entries?: Partial<EntryRules>;
  /**
   * Returns the contract that the artifact itself carries, if no file next to it names one. Runs none of its code.
   *
   * @param host the host's contract, for what the artifact does not say: the name of its package.
   */
  contract?(artifact: Artifact, host: Contract | undefined): Promise<Contract | undefined>;
  /** Finds an artifact that is not on disk (`builtin:name`). Returns `undefined` if the name is not for this runtime. */
  resolve?(given: string): Promise<Artifact | undefined>;
  recognise(artifact: Artifact): Promise<Recognition | undefined>;
  /**
   * Returns findings about this artifact. The host compares the contracts, so this need not.
   *
   * @param signal says that nobody waits for the result any more: a build should stop.
   */
  check(artifact: Artifact, contract: Contract | undefined, signal?: AbortSignal): Promise<readonly Finding[]>;
  /** Returns the absolute paths of the plugin's files, to watch them; `undefined` while they are not known. */
  inputs?(artifact: Artifact): Promise<readonly string[] | undefined>;
  /**
   * Whether all functions of the contract run in threads that the runtime starts itself, in every place. Then the plugin cannot
   * block its place. May build the artifact.
   */
  startsThreads?(artifact: Artifact, contract: Contract): Promise<boolean>;
  /**
   * Returns the digest that `prepare` will give, without running anything of the plugin, not even to build it; `undefined` if that
   * is impossible. For reports.
   */
  digest?(artifact: Artifact, signal?: AbortSignal): Promise<string | undefined>;
  prepare(artifact: Artifact, signal?: AbortSignal, limits?: LoadLimits): Promise<Prepared<Payload, Shared>>;
  load(prepared: Prepared<Payload, Shared>, request: LoadRequest): Promise<Instance>;
}
