import type { Readable } from "node:stream";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { errors } from "../../errors/index.js";
import type { LogLine, Prepared } from "../../runtime/index.js";
// Output is read in the same way wherever it comes from.
import { OutputBudget, OutputLines } from "../process/lines.js";
import type { ThreadExit } from "./exit-error.js";
import type { OpenMessage } from "./messages.js";
import { createSharedMemory, SharedChannel } from "./shared-channel.js";

export interface ThreadOptions {
  /** For debuggers and operators. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Bytes of the heap, 0 for the engine's own limit. */
  readonly memory: number;
  readonly shared: boolean;
}

/** A plugin in a thread. */
export interface Opened {
  readonly channel: SharedChannel;
  /** Keeps the host program alive while `active`. */
  hold(active: boolean): void;
  /** Settles when the connection is closed while the thread goes on. */
  readonly left: Promise<void>;
}

/** A thread for plugins. It never keeps the host program alive by itself. */
export class Thread {
  readonly id: number;
  readonly memory: number;
  readonly shared: boolean;
  /** Settles when the thread has ended, its output read. */
  readonly exited: Promise<ThreadExit>;
  /** How many plugins live in it. */
  plugins = 0;
  ended = false;
  readonly #worker: Worker;
  readonly #logs = new Set<(line: LogLine) => void>();
  #killed = false;
  #holds = 0;

  /** @throws TENON_PLACE_START when the system gives no thread. */
  constructor(options: ThreadOptions) {
    this.memory = options.memory;
    this.shared = options.shared;
    try {
      this.#worker = new Worker(new URL("./entry.js", import.meta.url), {
        name: options.name,
        env: { ...options.environment },
        argv: [],
        execArgv: [],
        stdin: false,
        stdout: true,
        stderr: true,
        ...(options.memory > 0
          ? { resourceLimits: { maxOldGenerationSizeMb: Math.max(1, Math.floor(options.memory / 2 ** 20)) } }
          : {}),
      });
    } catch (cause) {
      throw errors.TENON_PLACE_START({ message: `A thread could not be started: ${String(cause)}`, cause });
    }
    const worker = this.#worker;
    this.id = worker.threadId;
    worker.unref();
    const output = [this.#read(worker.stdout, "stdout"), this.#read(worker.stderr, "stderr")];
    this.exited = new Promise((resolve) => {
      let thrown: unknown;
      worker.on("error", (error) => {
        thrown = error;
      });
      worker.on("exit", (code) => {
        this.ended = true;
        const exit = { code, thrown, killed: this.#killed && thrown === undefined };
        void Promise.all(output).then(() => resolve(exit));
      });
    });
  }

  /** Connects a plugin to the thread; what it prints goes to `log`. */
  open(prepared: Prepared, log: (line: LogLine) => void): Opened {
    const { port1: port, port2: other } = new MessageChannel();
    const memory = createSharedMemory();
    const message: OpenMessage = { port: other, memory, prepared, shared: this.shared };
    try {
      this.#worker.postMessage(message, [other]);
    } catch (cause) {
      port.close();
      throw errors.TENON_LOAD_FAILED({
        message: `${prepared.path} cannot be sent to a thread: ${String(cause)}`,
        subject: prepared.path,
        cause,
      });
    }
    this.plugins++;
    this.#logs.add(log);
    const left = new Promise<void>((resolve) => {
      port.once("close", () => {
        this.plugins--;
        // A thread that is its own still may have printed something.
        if (this.shared) this.#logs.delete(log);
        resolve();
      });
    });
    return {
      channel: new SharedChannel({ port, memory, side: "host", alive: () => this.alive() }),
      left,
      hold: (active) => this.#hold(port, active),
    };
  }

  /**
   * Whether the thread still runs. Can be asked while this one is blocked, so that no event of its end can come, but
   * only once a plugin has answered from it.
   */
  alive(): boolean {
    // Node reports a negative idle time, or no time at all, for an event loop that has ended.
    const { idle, active } = this.#worker.performance.eventLoopUtilization();
    return !this.ended && idle >= 0 && active > 0;
  }

  /** Whether plugins can be opened in it. */
  get usable(): boolean {
    return !this.ended && !this.#killed;
  }

  kill(): void {
    if (this.ended || this.#killed) return;
    this.#killed = true;
    void this.#worker.terminate();
  }

  #hold(port: MessagePort, active: boolean): void {
    this.#holds += active ? 1 : -1;
    if (active) port.ref();
    else port.unref();
    if (this.#holds === 0) this.#worker.unref();
    else if (active && this.#holds === 1) this.#worker.ref();
  }

  /** Passes on what the plugin prints; resolves at its end. */
  #read(stream: Readable, name: "stdout" | "stderr"): Promise<void> {
    const emit = (line: LogLine) => {
      for (const log of this.#logs) log(line);
    };
    const lines = new OutputLines(name, emit, new OutputBudget());
    return new Promise((resolve) => {
      stream.on("data", (chunk: Buffer) => lines.push(chunk));
      stream.once("close", () => {
        lines.end();
        resolve();
      });
    });
  }
}
