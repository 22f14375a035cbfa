import type { Fix } from "../errors/index.js";
import type { GrantName } from "../grants/grants.js";
import type { Instance, Isolation, Level } from "./instance.js";
import type { LoadRequest, Prepared, Runtime } from "./runtime.js";

/**
 * What a place offers to the code that runs in it. A runtime says by these whether it can run there, so that it knows no
 * place by name, and a place that nobody has thought of yet can run it.
 */
export interface PlaceTraits {
  /** Whose thread it is. In a thread other than the host's, a plugin that loops or blocks does not stop the host. */
  readonly thread: "host" | "own";
  /** Whose process it is. In a process other than the host's, a plugin may change what belongs to the whole process. */
  readonly process: "host" | "own";
  /** Whether code there may block its thread until the host answers. */
  readonly blocking: boolean;
  /** Whether it is the host's machine: paths of files mean the same there. */
  readonly local: boolean;
}

/** Limits that a place itself enforces. The host enforces the others. */
export interface PlaceLimits {
  /** Most bytes of a message, in both directions. */
  readonly bytes: number;
  /** Most bytes under way in each direction, sent and not yet taken; 0 (or absent) for no limit. */
  readonly buffer?: number;
  /** Most bytes of memory; 0 for the engine's own limit. */
  readonly memory: number;
  /** Bytes of the call stack; 0 (or absent) for the engine's own limit. */
  readonly stack?: number;
  /** Milliseconds that a cancelled call may keep running before its thread or process is killed. */
  readonly grace: number;
  /** What the plugin's processes may use. Absent: no limit. The host asks only for {@link Place.resourceLimits}. */
  readonly resources?: ResourceLimits;
}

/** What the programs of one plugin may use of the system, beside memory. 0 for no limit. */
export interface ResourceLimits {
  /** Most processes in its process group, itself included. */
  readonly processes: number;
  /** Most open files of each of its processes. */
  readonly files: number;
  /** Most milliseconds of CPU time that its process group may use, all processes together, user and system. */
  readonly cpu: number;
}

/** Where instances run. Starts a runtime, in this thread or elsewhere, and forwards calls to it. */
export interface Place {
  /** For messages. A host can have the same place under several names. */
  readonly name: string;
  readonly traits: PlaceTraits;
  /** The grants that this place enforces for every plugin, whatever it is made of, without a sandbox. Without this, none. */
  readonly enforces?: readonly GrantName[];
  /** The isolation that this place provides on this system, unless {@link StartRequest.isolation} asks for more. */
  readonly isolation: Isolation;
  /** The limits of a plugin's resources that it enforces on this system. Absent: none. `open` refuses the others. */
  readonly resourceLimits?: readonly (keyof ResourceLimits)[];
  /**
   * Whether it can start plugins as "sandboxed" on this system, although {@link isolation} does not reach that: `true`, or the
   * reason why not. The first answer costs a moment, because the system is tried. Absent: it cannot.
   */
  sandboxes?(): SandboxAnswer | Promise<SandboxAnswer>;
  start(runtime: Runtime, prepared: Prepared, request: StartRequest, limits: PlaceLimits): Promise<Instance>;
  /** Releases what the place keeps for later use (pooled threads). */
  close(): Promise<void>;
}

/** Why a place cannot sandbox plugins, and what to do about it. */
export interface NoSandbox {
  readonly reason: string;
  readonly fix?: Fix;
}

/** Whether a place can sandbox plugins on this system. */
export type SandboxAnswer = true | NoSandbox;

/** What the host asks a place to start: a load request, to which the place adds what it knows of itself. */
export interface StartRequest extends Omit<LoadRequest, "traits"> {
  /**
   * The level that `open` asked for. A place with {@link Place.sandboxes} starts a plugin as "sandboxed", unless its runtime is a
   * sandbox itself ({@link Runtime.isolates}), or rejects with TENON_ISOLATION_UNAVAILABLE.
   */
  readonly isolation?: Level | undefined;
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
