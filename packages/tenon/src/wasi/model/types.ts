/** Something other than the network that can wake a plugin's blocked thread. */
export interface Waker {
  /** Counts events, in shared memory. Waiting threads are notified when it changes. */
  readonly counter: Int32Array;
  /** Whether anything could happen. */
  readonly busy: boolean;
  /** Processes what has happened. @returns whether anything has */
  pump(): boolean;
  /** Called before the thread waits. */
  waits(): void;
}

/** Thrown through WebAssembly when a program exits. */
export class WasiExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.name = "WasiExit";
    this.code = code;
  }
}

/** An interface that the host provides to components: functions and resources by their names in the component. */
export interface HostInterface {
  /**
   * `now`, `[method]input-stream.read`, `[static]…`, `[constructor]…`. They take values of the JavaScript mapping, and
   * resource objects as they are. A function with a `result` returns its ok case, and throws its error case as `{ payload }`.
   */
  readonly functions: Readonly<Record<string, (...parameters: any[]) => unknown>>;
  /** The destructor of each resource, by name. It does nothing where nothing has to be released. */
  readonly resources: Readonly<Record<string, (object: any) => void>>;
}

/** The interfaces that a component may import in addition to its contract. */
export interface HostInterfaces {
  /** Returns an interface by its full name, `wasi:cli/environment@0.2.3`; `undefined` if it is not provided. */
  get(name: string): HostInterface | undefined;
  /** Closes all open files and sockets. */
  close(): void;
}

/** WASI preview 1 for one core module. */
export interface Preview1 {
  /** The functions of `wasi_snapshot_preview1`. */
  readonly imports: Readonly<Record<string, (...flat: any[]) => number | bigint | undefined>>;
  /** Sets the module's memory. Functions that are called before trap. */
  bind(memory: WebAssembly.Memory): void;
  close(): void;
}
