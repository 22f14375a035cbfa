import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { handlerThreadLost } from "../../../errors/factories/wasm.js";
import { responseAbandoned } from "../../../errors/factories/wasm-call.js";
import { faultFromText } from "../../../rpc/fault.js";
import type { FunctionTable, LogLine } from "../../../runtime/index.js";
import { ownFile } from "../../../runtime/own-package.js";
import { profilingOptions } from "../../../runtime/profiling-options.js";
import type { Notice } from "../../../wasi/index.js";
import { replyTo } from "../linking/blocking-host-calls.js";
import { Exchange, type Request, type Response } from "./exchange.js";
import type { FromHandler, HandlerPlugin, HandlerThreadData, ToHandler } from "./messages.js";
import { SharedPassage } from "./shared-passage.js";

/** What all threads of one handler share. */
export interface HandlerSource extends HandlerPlugin {
  readonly functions: FunctionTable;
  log(line: LogLine): void;
}

/**
 * What a thread does: it creates its first instance, waits for a request, runs the plugin, or waits with the plugin for
 * something else.
 */
export type ThreadState = "starting" | "idle" | "running" | "waiting" | "ended";

/** How many milliseconds a plugin may keep running after its client has disconnected. */
const graceMilliseconds = 1000;

/** How many bytes of a request are held back to be sent together with what follows. */
const mostHeld = 256 * 1024;

/** A thread that serves one request at a time. */
export class HandlerThread {
  /** Called when it has become idle, and when it has ended. */
  changed: () => void = () => {};
  /** Called when its plugin begins to wait, if that was asked for. */
  waits: () => void = () => {};
  /** When it began to run its request. */
  since = 0;
  readonly #source: HandlerSource;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #counter = new Int32Array(new SharedArrayBuffer(12));
  #state: ThreadState = "starting";
  #failure: unknown;
  #exchange: Exchange | undefined;
  #lastId = 0;
  #late: NodeJS.Timeout | undefined;
  readonly #outbox: ToHandler[] = [];
  #outboxBytes = 0;
  readonly #passage = new SharedPassage((message) => this.#pass(message));
  #flushing: NodeJS.Immediate | undefined;

  constructor(source: HandlerSource) {
    this.#source = source;
    const { functions, log, ...rest } = source;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: HandlerThreadData = { ...rest, port: port2, counter: this.#counter };
    this.#worker = new Worker(ownFile("runtimes/wasm/http/entry.js"), {
      name: "tenon http handler",
      env: process.env,
      argv: [],
      execArgv: profilingOptions(),
      workerData,
      transferList: [port2],
    });
    this.#worker.on("error", (cause) => this.end(handlerThreadLost(source.payload.given, cause)));
    this.#worker.on("exit", (code) =>
      this.end(handlerThreadLost(source.payload.given, new Error(`it exited with code ${code}`))),
    );
    port1.on("message", (messages: readonly FromHandler[]) => {
      for (const message of messages) this.#take(message);
    });
    this.#hold(false);
  }

  get state(): ThreadState {
    return this.#state === "running" && Atomics.load(this.#counter, 1) === 1 ? "waiting" : this.#state;
  }

  /** Why it has ended, if it has. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Whether {@link waits} is to be called. */
  tellsOfWaits(tells: boolean): void {
    Atomics.store(this.#counter, 2, tells ? 1 : 0);
  }

  handle(request: Request): Promise<Response> {
    this.#state = "running";
    this.since = performance.now();
    this.#hold(true);
    const id = ++this.#lastId;
    const { method, scheme, authority, pathWithQuery, headers } = request;
    const head = { method, scheme, authority, pathWithQuery, fields: headers };
    this.#passage.begin();
    const exchange = new Exchange(
      id,
      request,
      (notice) => this.#notify(notice),
      () => this.#giveUpSoon(id),
      this.#passage,
    );
    this.#exchange = exchange;
    this.#post({ is: "request", id, head, whole: exchange.isWhole });
    this.#flush();
    if (!exchange.isWhole) exchange.send();
    return exchange.response;
  }

  /** Keeps the program alive while a request is running. */
  #hold(active: boolean): void {
    if (active) this.#port.ref();
    else this.#port.unref();
    if (active) this.#worker.ref();
    else this.#worker.unref();
  }

  /**
   * Gives up the request that runs. The plugin is told that nobody reads its response; it is stopped if it does not return
   * soon. A new thread costs more than most requests.
   */
  abandon(reason: unknown): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    exchange.fail(reason);
    const { id } = exchange;
    if (!exchange.isWhole) this.#notify({ is: "failed", id, reason: "connection-reset", detail: "request" });
    this.#notify({ is: "failed", id, reason: "pipe", detail: "response" });
    this.#giveUpSoon(id);
  }

  /** Stops the thread, whatever it is doing. */
  end(failure: unknown): void {
    if (this.#state === "ended") return;
    this.#failure = failure;
    clearTimeout(this.#late);
    this.#exchange?.fail(failure);
    this.#exchange = undefined;
    this.#takeLines();
    this.#port.close();
    void this.#worker.terminate();
    this.#hold(false);
    this.#become("ended");
  }

  #take(message: FromHandler): void {
    const { given } = this.#source.payload;
    switch (message.is) {
      case "ready":
        this.#become("idle");
        break;
      case "broken":
        this.end(faultFromText(message.fault, "TENON_LOAD_FAILED"));
        break;
      case "answer":
        this.#exchange?.answer(message.answer, given);
        break;
      case "body":
        if (message.command.id === this.#exchange?.id) this.#exchange.obey(message.command, given);
        break;
      case "handled":
        clearTimeout(this.#late);
        this.#exchange?.handled(
          message.fault === undefined ? undefined : faultFromText(message.fault, "TENON_WASM_TRAP"),
        );
        this.#exchange = undefined;
        this.#hold(false);
        this.#become("idle");
        break;
      case "log":
        this.#source.log(message.line);
        break;
      case "waits":
        this.waits();
        break;
      case "call":
        void replyTo(message, this.#source.functions, given, (reply) => this.#wake(reply));
    }
  }

  /** Passes on the lines that have arrived and were not delivered yet. */
  #takeLines(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port))
      for (const message of next.message as readonly FromHandler[])
        if (message.is === "log") this.#source.log(message.line);
  }

  #become(state: ThreadState): void {
    this.#state = state;
    this.changed();
  }

  #giveUpSoon(id: number): void {
    clearTimeout(this.#late);
    if (this.#exchange?.id !== id) return;
    this.#late = setTimeout(() => {
      if (this.#exchange?.id === id) this.end(responseAbandoned(this.#source.payload.given));
    }, graceMilliseconds);
    this.#late.unref();
  }

  /** Sends what concerns a request, if it is still running. */
  #notify(notice: Notice): void {
    if (notice.is !== "data" && this.#exchange?.id === notice.id) this.#wake(notice);
  }

  /** Sends a message that the plugin may be waiting for. */
  #wake(message: ToHandler): void {
    this.#post(message);
    if (message.is === "ended") this.#wakeSoon();
    else this.#flushAndWake();
  }

  /** Sends a part of a body, if its request is still running. */
  #pass(message: ToHandler): void {
    if (message.is === "part" && message.id !== this.#exchange?.id) return;
    this.#post(message);
    if (message.is !== "part") return;
    this.#outboxBytes += message.length;
    if (this.#outboxBytes >= mostHeld) this.#flushAndWake();
    else this.#wakeSoon();
  }

  /** What arrives at the same time is sent together. */
  #wakeSoon(): void {
    this.#flushing ??= setImmediate(() => this.#flushAndWake());
  }

  #flushAndWake(): void {
    this.#flush();
    Atomics.add(this.#counter, 0, 1);
    Atomics.notify(this.#counter, 0);
  }

  #post(message: ToHandler): void {
    this.#outbox.push(message);
  }

  #flush(): void {
    clearImmediate(this.#flushing);
    this.#flushing = undefined;
    const messages = this.#outbox.splice(0);
    this.#outboxBytes = 0;
    if (this.#state === "ended" || messages.length === 0) return;
    this.#port.postMessage(messages);
  }
}
