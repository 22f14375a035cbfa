import type { Grants, LogLine } from "../runtime/index.js";

/** What a capability layer is made from. */
export interface WasiOptions {
  readonly grants: Grants;
  /** The program's own name: its first argument. */
  readonly name: string;
  /** Where standard output and standard error go, line by line. Used unless `output` is given. */
  log(line: LogLine): void;
  /** Takes the bytes of standard output and standard error as they are, for commands whose output is data. */
  readonly output?: ((stream: "stdout" | "stderr", bytes: Uint8Array) => void) | undefined;
  /** Ends everything that waits. */
  readonly signal?: AbortSignal | undefined;
  /** What wakes the plugin's thread besides the network. */
  readonly waker?: Waker | undefined;
}

/** Something besides the network that a plugin's blocked thread is woken by. */
export interface Waker {
  /** In shared memory; counts what happens, and is notified of it. */
  readonly counter: Int32Array;
  /** Whether anything could happen. */
  readonly busy: boolean;
  /** Takes what has happened. @returns Whether anything has */
  pump(): boolean;
}

/** Thrown through WebAssembly when a program ends itself. */
export class WasiExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.name = "WasiExit";
    this.code = code;
  }
}

/** An interface of the host's, for components: functions and resources by their names in the component. */
export interface HostInterface {
  /**
   * `now`, `[method]input-stream.read`, `[static]…`, `[constructor]…`: called with values of the JavaScript mapping, objects
   * of resources as they are. A `result` in return position is returned, or its error case thrown as `{ payload }`.
   */
  readonly functions: Readonly<Record<string, (...parameters: any[]) => unknown>>;
  /** What ends an object of each resource, by name; a resource that needs no end has one that does nothing. */
  readonly resources: Readonly<Record<string, (object: any) => void>>;
}

/** The interfaces that a component may import beyond its contract. */
export interface HostInterfaces {
  /** By full name, `wasi:cli/environment@0.2.3`; `undefined` for one that is not offered. */
  get(name: string): HostInterface | undefined;
  /** Closes every file and socket that is open. */
  close(): void;
}

/** WASI preview 1 for one core module. */
export interface Preview1 {
  /** The functions of `wasi_snapshot_preview1`. */
  readonly imports: Readonly<Record<string, (...flat: any[]) => number | bigint | undefined>>;
  /** Given the module's memory once it is known; functions that are called before trap. */
  bind(memory: WebAssembly.Memory): void;
  close(): void;
}
