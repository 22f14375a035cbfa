import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { handlerThreadLost } from "../../../errors/factories/wasm.js";
import { responseAbandoned } from "../../../errors/factories/wasm-call.js";
import { faultFromText, faultText } from "../../../rpc/fault.js";
import type { FunctionTable, LogLine } from "../../../runtime/index.js";
import { ownFile } from "../../../runtime/own-package.js";
import { explainFailure } from "../engine.js";
import { Exchange, type Request, type Response } from "./exchange.js";
import type { FromHandler, HandlerThreadData, ToHandler } from "./messages.js";

/** What all threads of one handler share. */
export interface HandlerSource extends Omit<HandlerThreadData, "port" | "counter"> {
  readonly functions: FunctionTable;
  log(line: LogLine): void;
}

/** How many milliseconds a plugin may keep running after its client has disconnected. */
const graceMilliseconds = 1000;

/** A thread that serves one request at a time. */
export class HandlerThread {
  /** Called whenever it becomes idle, and once when it has stopped. */
  changed: () => void = () => {};
  readonly #source: HandlerSource;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #counter = new Int32Array(new SharedArrayBuffer(4));
  #starting = true;
  #idle = false;
  #failure: unknown;
  #exchange: Exchange | undefined;
  #lastId = 0;
  #late: NodeJS.Timeout | undefined;

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
      execArgv: [],
      workerData,
      transferList: [port2],
    });
    this.#worker.on("error", (cause) => this.end(handlerThreadLost(source.payload.given, cause)));
    this.#worker.on("exit", (code) =>
      this.end(handlerThreadLost(source.payload.given, new Error(`it exited with code ${code}`))),
    );
    port1.on("message", (message: FromHandler) => this.#take(message));
    this.#hold(false);
  }

  /** Whether it is still creating its first instance. */
  get starting(): boolean {
    return this.#starting;
  }

  get idle(): boolean {
    return this.#idle;
  }

  /** Why it has stopped, if it has. */
  get failure(): unknown {
    return this.#failure;
  }

  handle(request: Request): Promise<Response> {
    this.#idle = false;
    this.#hold(true);
    const id = ++this.#lastId;
    const { method, scheme, authority, pathWithQuery, headers } = request;
    this.#post({ is: "request", id, head: { method, scheme, authority, pathWithQuery, fields: headers } });
    this.#exchange = new Exchange(
      id,
      request,
      (notice) => this.#post(notice),
      () => this.#giveUpSoon(id),
    );
    return this.#exchange.response;
  }

  /** Keeps the program alive while a request is running. */
  #hold(active: boolean): void {
    if (active) this.#port.ref();
    else this.#port.unref();
    if (active) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Stops the thread, whatever it is doing. */
  end(failure: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#idle = false;
    clearTimeout(this.#late);
    this.#exchange?.fail(failure);
    this.#exchange = undefined;
    this.#takeLines();
    this.#port.close();
    void this.#worker.terminate();
    this.#hold(false);
    this.changed();
  }

  #take(message: FromHandler): void {
    const { given } = this.#source.payload;
    switch (message.is) {
      case "ready":
        this.#starting = false;
        this.#idle = true;
        this.#hold(false);
        this.changed();
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
        break;
      case "log":
        this.#source.log(message.line);
        break;
      case "call":
        void this.#call(message.path, message.parameters);
    }
  }

  /** Passes on the lines that have arrived and were not delivered yet. */
  #takeLines(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      const message = next.message as FromHandler;
      if (message.is === "log") this.#source.log(message.line);
    }
  }

  async #call(path: string, parameters: readonly unknown[]): Promise<void> {
    const control = { signal: undefined, deadline: 0 };
    try {
      const value = await this.#source.functions.get(path)!.invoke(parameters, control);
      this.#post({ is: "result", value });
    } catch (thrown) {
      const error = explainFailure(thrown, path, this.#source.payload.given);
      this.#post({ is: "fault", fault: faultText(error), payload: error.payload });
    }
  }

  #giveUpSoon(id: number): void {
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      const { given } = this.#source.payload;
      if (this.#exchange?.id !== id || this.#idle) return;
      this.end(responseAbandoned(given));
    }, graceMilliseconds);
    this.#late.unref();
  }

  #post(message: ToHandler): void {
    if (this.#failure !== undefined) return;
    this.#port.postMessage(message);
    Atomics.add(this.#counter, 0, 1);
    Atomics.notify(this.#counter, 0);
  }
}
