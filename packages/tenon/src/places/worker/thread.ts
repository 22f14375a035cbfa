import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { notSendable, threadStartFailed } from "../../errors/factories/place.js";
import type { SharedThread } from "../../rpc/index.js";
import { otherEngine } from "../../runtime/engine.js";
import type { LogLine, Prepared } from "../../runtime/index.js";
import { OutputBudget, OutputLines, SharedRest } from "../../runtime/output-lines.js";
import { ownFile } from "../../runtime/own-package.js";
import { profilingOptions } from "../../runtime/profiling-options.js";
import { Children } from "./children.js";
import type { ThreadExit } from "./exit-error.js";
import { reportBytes, threadMemory } from "./memory-watch.js";
import type { ChildMessage, OpenMessage, ThreadData, WarmMessage } from "./messages.js";
import { createSharedMemory, SharedChannel } from "./shared-channel.js";

export interface ThreadOptions {
  /** The name that debuggers and operators see. */
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Bytes of the heap, 0 for V8's own limit. */
  readonly memory: number;
  /** Bytes of the call stack, 0 for V8's own limit. */
  readonly stack: number;
  readonly shared: boolean;
}

/** A plugin in a thread. */
export interface Opened {
  readonly channel: SharedChannel;
  /** Keeps the host program alive while `active`. */
  hold(active: boolean): void;
  /** Resolves when the thread has exited, or with `undefined` when the plugin has left a shared thread that keeps running. */
  readonly ended: Promise<ThreadExit | undefined>;
}

/** How long a thread may take to stop after it is killed, in milliseconds. It usually takes one or two. */
const stuckMilliseconds = 3000;

/** Whether the engine reports how busy a thread's event loop is: Bun and Deno do not. */
const reportsUse = otherEngine() === undefined;

/** A thread for plugins. It never keeps the host program alive by itself. */
export class Thread implements SharedThread {
  readonly id: number;
  readonly memory: number;
  readonly stack: number;
  readonly shared: boolean;
  /** Resolves when the thread has exited, or could not be stopped, and all of its output has been passed on. */
  readonly exited: Promise<ThreadExit>;
  /** How many plugins run in it. */
  plugins = 0;
  ended = false;
  /** Plugins in it that have not confirmed that a call was cancelled. */
  #doubts = 0;
  #cleared: { readonly promise: Promise<void>; resolve(): void } | undefined;
  #unresponsive: string | undefined;
  readonly #worker: Worker;
  readonly #output: MessagePort;
  readonly #exits = new Set<(exit: ThreadExit) => void>();
  readonly #children = new Children();
  readonly #logs = new Set<(line: LogLine) => void>();
  #killed = false;
  #occupied: number | undefined;
  #holds = 0;

  /** @throws TENON_PLACE_START if the system cannot start a thread; TENON_BUNDLED. */
  constructor(options: ThreadOptions) {
    this.memory = options.memory;
    this.stack = options.stack;
    this.shared = options.shared;
    const entry = ownFile("places/worker/entry.js");
    const { port1: output, port2: outputOfThread } = new MessageChannel();
    this.#output = output;
    const rests = {
      stdout: new SharedArrayBuffer(SharedRest.bytes),
      stderr: new SharedArrayBuffer(SharedRest.bytes),
    };
    const { memory: limit } = options;
    const memory = limit > 0 ? { limit, report: new SharedArrayBuffer(reportBytes) } : undefined;
    const workerData: ThreadData = { output: outputOfThread, rests, memory };
    try {
      this.#worker = new Worker(entry, {
        name: options.name,
        env: { ...options.environment },
        argv: [],
        execArgv: profilingOptions(),
        stdin: false,
        // Node must not print the thread's output: it goes to `output`.
        stdout: true,
        stderr: true,
        workerData,
        transferList: [outputOfThread],
        resourceLimits: {
          ...(options.memory > 0 ? { maxOldGenerationSizeMb: Math.max(1, Math.floor(options.memory / 2 ** 20)) } : {}),
          ...(options.stack > 0 ? { stackSizeMb: options.stack / 2 ** 20 } : {}),
        },
      });
    } catch (cause) {
      output.close();
      throw threadStartFailed(cause);
    }
    const worker = this.#worker;
    this.id = worker.threadId;
    worker.unref();
    const limited = memory && {
      // Plugins that share the thread have one heap, but each its own WebAssembly memories.
      most: () => limit * Math.max(1, this.plugins),
      report: new Float64Array(memory.report),
      killForMemory: (occupied: number) => {
        this.#occupied = occupied;
        this.kill();
      },
    };
    if (limited !== undefined) threadMemory.add(limited);
    output.on("message", (message: LogLine | ChildMessage) => this.#received(message));
    output.unref();
    this.exited = new Promise((resolve) => {
      this.#exits.add(resolve);
      let thrown: unknown;
      worker.on("error", (error) => {
        thrown = error;
      });
      worker.on("exit", (code) => {
        this.ended = true;
        if (limited !== undefined) threadMemory.remove(limited);
        this.#drainOutput();
        output.close();
        this.#printRests(rests);
        const leftovers = this.#children.end();
        this.#settle({
          code,
          thrown,
          killed: this.#killed && thrown === undefined,
          unresponsive: this.#unresponsive,
          occupied: this.#occupied,
          stuck: false,
          leftovers,
        });
      });
    });
  }

  /** Makes the thread load a runtime's module before there is a plugin. */
  warm(module: string): void {
    const message: WarmMessage = { module };
    this.#worker.postMessage(message);
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
      throw notSendable(prepared.path, cause);
    }
    this.plugins++;
    this.#logs.add(log);
    const channel = new SharedChannel({ port, memory, side: "host", alive: () => this.alive() });
    const ended = new Promise<ThreadExit | undefined>((resolve) => {
      const exited = (exit: ThreadExit | undefined) => {
        // The exit may be known before the last answers have arrived.
        channel.takeRest();
        resolve(exit);
      };
      // Not through `exited`, which would keep everything about a plugin that has left a shared thread.
      this.#exits.add(exited);
      port.once("close", () => {
        this.plugins--;
        if (!this.shared || !this.alive()) return;
        // What the plugin printed while it closed comes over another port, and may not have been delivered yet.
        this.#drainOutput();
        this.#exits.delete(exited);
        this.#logs.delete(log);
        resolve(undefined);
      });
    });
    return {
      channel,
      ended,
      hold: (active) => this.#hold(port, active),
    };
  }

  /**
   * Returns whether the thread still runs. It works while this thread is blocked and cannot receive events, but only after
   * a plugin has answered from the thread.
   */
  alive(): boolean {
    if (!reportsUse) return !this.ended;
    // Node reports a negative idle time, or no time at all, for an event loop that has stopped.
    const { idle, active } = this.#worker.performance.eventLoopUtilization();
    return !this.ended && idle >= 0 && active > 0;
  }

  /** Whether plugins can be opened in it. */
  get usable(): boolean {
    return !this.ended && !this.#killed;
  }

  get ending(): boolean {
    return !this.usable;
  }

  get unconfirmed(): Promise<void> | undefined {
    if (this.#doubts === 0) return undefined;
    if (this.#cleared === undefined) {
      let resolve!: () => void;
      const promise = new Promise<void>((resolved) => {
        resolve = resolved;
      });
      this.#cleared = { promise, resolve };
    }
    return this.#cleared.promise;
  }

  doubt(active: boolean): void {
    this.#doubts += active ? 1 : -1;
    if (this.#doubts > 0) return;
    this.#cleared?.resolve();
    this.#cleared = undefined;
  }

  /**
   * Kills the thread. A thread that keeps running is reported as stuck after a while.
   *
   * @param unresponsive the plugin that is the reason
   */
  kill(unresponsive?: string): void {
    if (this.ended || this.#killed) return;
    this.#killed = true;
    this.#unresponsive = unresponsive;
    void this.#worker.terminate();
    const late = setTimeout(() => {
      this.#worker.unref();
      const leftovers = this.#children.end();
      this.#settle({
        code: 1,
        thrown: undefined,
        killed: true,
        unresponsive: this.#unresponsive,
        stuck: true,
        leftovers,
      });
    }, stuckMilliseconds);
    void this.exited.then(() => clearTimeout(late));
  }

  #settle(exit: ThreadExit): void {
    for (const settle of this.#exits) settle(exit);
    this.#exits.clear();
  }

  #hold(port: MessagePort, active: boolean): void {
    this.#holds += active ? 1 : -1;
    if (active) port.ref();
    else port.unref();
    if (this.#holds === 0) this.#worker.unref();
    else if (active && this.#holds === 1) this.#worker.ref();
  }

  #drainOutput(): void {
    const output = this.#output;
    for (let last = receiveMessageOnPort(output); last !== undefined; last = receiveMessageOnPort(output)) {
      this.#received(last.message as LogLine | ChildMessage);
    }
  }

  /** Passes on what a thread that was killed could not: the beginning of a line, and how much it dropped. */
  #printRests(rests: ThreadData["rests"]): void {
    for (const stream of ["stdout", "stderr"] as const)
      new OutputLines(stream, (line) => this.#printed(line), new OutputBudget(), new SharedRest(rests[stream])).end();
  }

  #received(message: LogLine | ChildMessage): void {
    if ("child" in message) this.#children.receive(message);
    else this.#printed(message);
  }

  #printed(line: LogLine): void {
    for (const log of this.#logs) {
      try {
        log(line);
      } catch {
        // Nothing useful to do if the log callback throws; the others must still be called.
      }
    }
  }
}
