import type { Contract } from "../contract/core.js";
import type { TenonError } from "../errors/index.js";
import type { ContextCall } from "./call-context.js";
import type { Metadata } from "./metadata.js";

/**
 * Controls one call: its cancellation and its deadline. It is passed next to the call's arguments, never among them.
 *
 * An inline function may ignore it, because the host rejects the call at the deadline anyway. Other places forward the
 * cancellation, and kill a thread or process that does not react.
 */
export interface CallControl {
  /** Aborted when the caller cancels the call or the deadline passes. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds left; 0 for no deadline. */
  readonly deadline: number;
  /** What the call carries beside its parameters. Absent: nothing, or what the call carries that is running now. */
  readonly metadata?: Metadata | undefined;
  /** The call, for those that are made because of it. Absent: they inherit nothing. */
  readonly call?: ContextCall | undefined;
  /**
   * Whether the call comes from a host function that the instance itself is blocked in, so that it can never be served later.
   * Absent if that is not known.
   */
  readonly nested?: boolean | undefined;
  /** Whether the call is cancelled. Absent if only `signal` says so; otherwise, {@link onCancel} will be called. */
  readonly cancelled?: boolean;
  /** Set by the callee; called once, with the reason, when the call is cancelled. Cheaper than listening to `signal`. */
  onCancel?: ((reason: TenonError) => void) | undefined;
}

/**
 * One function at the boundary of an instance. Arguments are positional and validated; a method's first argument is the
 * object's representation.
 *
 * Values follow the JavaScript mapping of the contract, except resources, which are *representations*. If the object was
 * created in this thread, it is its own representation; otherwise the representation is a {@link RemoteObject}. The host
 * converts between representations and handles, so runtimes and places need not know about handles.
 *
 * Returns the result or a promise of it. For a `result` in return position, the ok value is returned and the error case is
 * thrown as TENON_CALL_RESULT. Every other exception is thrown as TENON_CALL_THREW (or another coded error), with
 * `pluginStack`.
 */
export interface InstanceFunction {
  invoke(parameters: readonly unknown[], control: CallControl): unknown;
  /**
   * The plugin's own function, if it can be called directly (inline). May return a promise. Throws what the plugin throws,
   * unwrapped; {@link Instance.explain} turns that into a coded error. If `wantsCall` is true, it expects a `Call` as one
   * more argument.
   */
  readonly direct?: ((...parameters: any[]) => unknown) | undefined;
  readonly wantsCall?: boolean;
  /** Whether it is known to go on after it has returned: an `async` function. */
  readonly answersLater?: boolean;
  /**
   * The implementation without any checks, for a caller whose parameters are valid by construction and who checks the
   * result itself (WebAssembly). Never blocks. What it throws is coded, as with `invoke`.
   */
  readonly trusted?: ((...parameters: any[]) => unknown) | undefined;
  /** Calls synchronously; absent if the place cannot (a worker waits on shared memory). */
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

/** Something that a plugin started and that was still running when its own close function had returned. */
export interface Leftover {
  readonly kind: "server" | "connection" | "datagram socket" | "child process" | "thread" | "file watcher";
  /** An address, a program with its process id, a path. */
  readonly name: string;
  /** Where the plugin started it, as `file:line:column`, if that is known. */
  readonly startedAt?: string | undefined;
  /** Whether closing ended it. A child process that was started with `detached: true` is left running. */
  readonly ended: boolean;
}

/** What closing an instance released. */
export interface CloseReport {
  /**
   * How the place proves it: a thread that ended, a process that exited, a script that can be garbage-collected. `none` if
   * something that the plugin started is still running: see `leftovers`.
   */
  readonly proof: "collectable" | "thread-ended" | "process-exited" | "connection-closed" | "none";
  /** Exit code or signal, if there is one. */
  readonly exit?: number | string | undefined;
  /** Whether it had to be killed. */
  readonly forced: boolean;
  /** How many resources were still held, and have been released. */
  readonly resources: number;
  /** What the plugin had started and not ended; absent if there was nothing. Threads and inline plugins only. */
  readonly leftovers?: readonly Leftover[] | undefined;
}

export type Level = "none" | "contained" | "sandboxed";

/**
 * What isolation can rest on. docs/isolation.md says what each does not cover.
 *
 * - `engine`: memory-safe code, as WebAssembly, reaches only what it is given
 * - `thread`: it can end without the host
 * - `process`: it shares no memory with the host
 * - `bubblewrap`: namespaces of the Linux kernel, in which other files, processes and networks do not exist
 * - `seccomp`: a filter of system calls in the Linux kernel
 * - `proxy`: it lets only granted connections through
 */
export type IsolationMeans = "engine" | "thread" | "process" | "bubblewrap" | "seccomp" | "proxy";

/** The isolation that an instance actually has, not the one that was asked for. */
export interface Isolation {
  /** `none`: shares the host's memory. `contained`: a crash stays inside. `sandboxed`: also reaches only what is granted. */
  readonly level: Level;
  readonly memory: boolean;
  readonly crash: boolean;
  /** Whether a running loop can be stopped. */
  readonly interruptible: boolean;
  readonly filesystem: boolean;
  readonly network: boolean;
  readonly environment: boolean;
  /** Whether it sees, signals and traces no process of the system but those that it starts. */
  readonly processes: boolean;
  /** What the above rests on; empty if nothing is isolated. */
  readonly by: readonly IsolationMeans[];
  /** Anything else that the reader should know. */
  readonly remarks: readonly string[];
}

/** How severe a line of a log is, from the least severe. */
export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** A value in a log line's fields: JSON. */
export type LogValue = null | boolean | number | string | readonly LogValue[] | { readonly [key: string]: LogValue };

/** What a log line says beside its text, by name. */
export type LogFields = Readonly<Record<string, LogValue>>;

/** A line that the plugin wrote to stdout, stderr or its log. Never parsed as protocol. */
export interface LogLine {
  readonly stream: "stdout" | "stderr" | "log";
  readonly text: string;
  /** Default: `warn` for stderr, `info` for everything else. */
  readonly level?: LogLevel | undefined;
  /** When it was written, in milliseconds since the epoch. Default: when the host gets it. */
  readonly time?: number | undefined;
  readonly fields?: LogFields | undefined;
}

/** A line of a plugin's log as the host reports it: with its level and time. */
export interface LogRecord extends LogLine {
  readonly level: LogLevel;
  readonly time: number;
  readonly fields?: LogFields;
}

/** One loaded artifact, in one place. */
export interface Instance {
  readonly isolation: Isolation;
  /** The contract that the loaded code itself declares, if it does (`plugin(contract, …)`, a wasm section). */
  readonly contract: Contract | undefined;
  /** The exports, by path. */
  readonly functions: FunctionTable;
  /** Process id or thread id, if there is one: for operators and debuggers. */
  readonly id?: number | undefined;
  /** Resolves (never rejects) if the instance is lost before close() was called. */
  readonly lost: Promise<TenonError>;
  /**
   * Set while the instance has not confirmed that a call was cancelled: it may be stuck, and about to be killed. Resolves when
   * it has confirmed, or after {@link lost} has resolved. The host sends no new call until then.
   */
  readonly unconfirmed?: Promise<void> | undefined;
  /** Turns what a `direct` function threw into a coded error with the plugin's own stack. */
  explain(thrown: unknown, label: string): TenonError;
  /** Throws TENON_HEALTH_FAILED if the plugin is not healthy. A plugin without a health check is healthy. */
  health(control: CallControl): Promise<void>;
  /** Returns the plugin's state, or `undefined` if it has none. JSON values only. */
  save(control: CallControl): Promise<unknown>;
  /** Whether the plugin can take over a state. */
  readonly restores: boolean;
  restore(state: unknown, control: CallControl): Promise<void>;
  /**
   * The same as {@link save}, for an instance whose state is elsewhere: writes it as JSON text in UTF-8, in parts, each once
   * the one before it was taken. Returns whether there is a state.
   */
  saveText?(write: (part: Uint8Array) => Promise<void>, control: CallControl): Promise<boolean>;
  /** The same as {@link restore}, of the parts that {@link saveText} wrote. */
  restoreText?(parts: AsyncIterable<Uint8Array>, control: CallControl): Promise<void>;
  /**
   * Runs the plugin's own close function, at most until the deadline, then releases everything. Calls that are still
   * running are rejected with TENON_PLUGIN_CLOSED. Closing twice returns the same report. Never rejects.
   */
  close(control: CallControl): Promise<CloseReport>;
}
