import type { Contract } from "../contract/core.js";
import type { TenonError } from "../errors/index.js";

/** How a place runs an instance: in the host's thread, in a thread, in a process, or elsewhere. */
export type PlaceKind = "inline" | "worker" | "process" | "remote";

/**
 * The control of one call: passed beside its arguments, never among them.
 *
 * An inline function may ignore it: the host itself rejects the caller at the deadline. Other places pass the
 * cancellation on, and end a thread or process that does not react.
 */
export interface CallControl {
  /** Aborted when the caller gave up or the deadline passed. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds that are left, 0 for no deadline. */
  readonly deadline: number;
  /** Set by the callee, and called once with the reason when the call is cancelled: cheaper than listening to `signal`. */
  onCancel?: ((reason: TenonError) => void) | undefined;
}

/**
 * One function at the boundary of an instance. Arguments are positional and validated; a method's first is the object's
 * representation.
 *
 * Values follow the JavaScript mapping of the contract, except resources: those are *representations*. An object of the
 * implementing side is the representation itself wherever it was made in this thread; a place that is elsewhere uses a
 * {@link RemoteObject}. The host turns representations into handles, and handles into representations, so that neither
 * runtime nor place knows of handles.
 *
 * Returns the result or a promise of it. A `result` in return position is returned or thrown as TENON_CALL_RESULT; every
 * other exception is thrown as TENON_CALL_THREW (or another coded error), with `pluginStack`.
 */
export interface InstanceFunction {
  invoke(parameters: readonly unknown[], control: CallControl): unknown;
  /**
   * The function itself, where it can be called without any detour (inline). May return a promise. It throws whatever
   * the plugin throws, unwrapped; {@link Instance.explain} turns that into a coded error. `wantsCall` tells that it
   * expects a `Call` as one more argument.
   */
  readonly direct?: ((...parameters: any[]) => unknown) | undefined;
  readonly wantsCall?: boolean;
  /**
   * For a caller whose parameters are valid by construction, and who checks the answer itself (WebAssembly): the
   * implementation without any check. Blocks for nothing; what it throws is coded as `invoke`'s is.
   */
  readonly trusted?: ((...parameters: any[]) => unknown) | undefined;
  /** Calls synchronously, where the place can (worker: by waiting on shared memory). */
  invokeSync?(parameters: readonly unknown[], control: CallControl): unknown;
}

/** The representation of a resource whose object lives in another thread or process. */
export interface RemoteObject {
  readonly remote: number;
}

/** Functions by {@link Signature.path}. A function that the other side left out is `undefined`. */
export interface FunctionTable {
  get(path: string): InstanceFunction | undefined;
}

/** What was released by closing an instance. */
export interface CloseReport {
  /** How the place proves it: a thread that ended, a process that exited, a script that may be collected. */
  readonly proof: "collectable" | "thread-ended" | "process-exited" | "connection-closed";
  /** Exit code or signal, where there is one. */
  readonly exit?: number | string | undefined;
  /** Whether it had to be ended by force. */
  readonly forced: boolean;
  /** Resources that were still held, and were released. */
  readonly resources: number;
}

export type Level = "none" | "contained" | "sandboxed";

/** What isolation an instance has in fact: never what was wished for. */
export interface Isolation {
  /** `none`: shares the host's memory. `contained`: a crash stays inside. `sandboxed`: and it reaches only what is granted. */
  readonly level: Level;
  readonly memory: boolean;
  readonly crash: boolean;
  /** Whether a running loop can be stopped. */
  readonly interruptible: boolean;
  readonly filesystem: boolean;
  readonly network: boolean;
  readonly environment: boolean;
  /** What a reader must know besides. */
  readonly remarks: readonly string[];
}

/** A line that the plugin wrote to stdout, stderr or its log. Never parsed as protocol. */
export interface LogLine {
  readonly stream: "stdout" | "stderr" | "log";
  readonly text: string;
}

/** One loaded artifact, in one place. */
export interface Instance {
  readonly place: PlaceKind;
  readonly isolation: Isolation;
  /** The contract that the loaded code itself declares, when it does (`plugin(contract, …)`, a wasm section). */
  readonly contract: Contract | undefined;
  /** The exports, by path. */
  readonly functions: FunctionTable;
  /** Process id or thread id, where there is one: for operators and debuggers. */
  readonly id?: number | undefined;
  /** Settles (never rejects) when the instance is lost without close() having been called. */
  readonly lost: Promise<TenonError>;
  /** Turns whatever a `direct` function threw into a coded error with the plugin's own stack. */
  explain(thrown: unknown, label: string): TenonError;
  /** Throws TENON_HEALTH_FAILED unless the plugin is well; a plugin without a health check is. */
  health(control: CallControl): Promise<void>;
  /** The plugin's state, or `undefined` when it offers none. JSON values only. */
  save(control: CallControl): Promise<unknown>;
  /** Whether the plugin can take over a state. */
  readonly restores: boolean;
  restore(state: unknown, control: CallControl): Promise<void>;
  /**
   * Lets the plugin end (its own close function, bounded by the deadline), then releases everything. Calls that are
   * still running are rejected with TENON_PLUGIN_CLOSED. Closing twice gives the same report. Never rejects.
   */
  close(control: CallControl): Promise<CloseReport>;
}
