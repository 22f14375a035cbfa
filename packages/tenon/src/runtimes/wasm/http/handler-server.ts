import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { requestUnanswered } from "../../../errors/factories/wasi.js";
import { handlerMissing, hostDidNotReply, hostErrorCase } from "../../../errors/factories/wasm-call.js";
import { isTenonError } from "../../../errors/index.js";
import { isHttpHandler } from "../../../program/http-handler-contract.js";
import { faultFromText, faultText } from "../../../rpc/fault.js";
import type { InstanceFunction } from "../../../runtime/index.js";
import {
  type Capabilities,
  type Command,
  createCapabilities,
  ServedExchange,
  type Waker,
} from "../../../wasi/index.js";
import { moduleFinder } from "../compile.js";
import { instantiateComponent, type LinkedComponent } from "../component/instantiate.js";
import { LinkRecord } from "../component/link-record.js";
import type { ComponentFunction } from "../component/scope.js";
import { explainFailure } from "../engine.js";
import { PrintedFailures } from "../frames/printed-failures.js";
import type { LoadContext } from "../load.js";
import { type PluginState, sourcesOf } from "../plugin-state.js";
import type { FromHandler, HandlerThreadData, ToHandler } from "./messages.js";

type Answer = Extract<ToHandler, { is: "result" | "fault" }>;

/** The component's `handle`. */
interface Handler extends LinkedComponent {
  readonly handler: ComponentFunction;
}

/** How many bytes of a response are held back to be sent together with what follows. */
const mostHeld = 64 * 1024;

/**
 * Serves requests in its own thread, one after the other. Each gets a new instance, unless the limit `requests` allows an
 * instance to serve more. While the plugin runs or blocks, messages arrive at the port and are taken by {@link pump}.
 */
export class HandlerServer implements Waker {
  readonly counter: Int32Array;
  readonly #data: HandlerThreadData;
  readonly #port: MessagePort;
  readonly #loading: Omit<LoadContext, "plugin">;
  readonly #capabilities: Capabilities;
  readonly #record = new LinkRecord();
  /** What was instantiated last. */
  #plugin: PluginState | undefined;
  /** The instance for the next request. */
  #next: Handler | undefined;
  #started = false;
  /** How many requests it has served. */
  #served = 0;
  readonly #outbox: FromHandler[] = [];
  #outboxBytes = 0;
  #exchange: { readonly id: number; readonly served: ServedExchange } | undefined;
  #answer: Answer | undefined;

  constructor(data: HandlerThreadData) {
    const { payload, limits, settings, grants, contract } = data;
    this.#data = data;
    this.#port = data.port;
    this.counter = data.counter;
    const log = (line: { stream: "stdout" | "stderr" | "log"; text: string }) => this.#post({ is: "log", line });
    const failures = new PrintedFailures(() => this.#plugin?.states ?? []);
    const noticeErrors = (bytes: Uint8Array) => failures.printed(bytes);
    this.#capabilities = createCapabilities({ grants, name: data.name, log, waker: this, noticeErrors });
    const offered = new Set(data.imports);
    const imports = { get: (path: string) => (offered.has(path) ? this.#hostFunction(path) : undefined) };
    const signal = new AbortController().signal;
    this.#loading = {
      payload,
      request: { settings, grants, limits, contract, imports, log, signal },
      capabilities: this.#capabilities,
      module: moduleFinder(payload, data.shared, limits),
      shared: data.shared,
      name: data.name,
    };
  }

  start(): void {
    this.#prepare(false);
    this.#port.on("message", (message: ToHandler) => this.#take(message));
  }

  get busy(): boolean {
    return this.#exchange !== undefined;
  }

  pump(): boolean {
    Atomics.store(this.counter, 1, 0);
    let any = false;
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      any = true;
      this.#take(next.message as ToHandler);
    }
    return any;
  }

  /** Sends what was held back: the thread is about to wait. */
  waits(): void {
    this.#flush();
    Atomics.store(this.counter, 1, 1);
    if (Atomics.load(this.counter, 2) === 0) return;
    this.#post({ is: "waits" });
    this.#flush();
  }

  #take(message: ToHandler): void {
    if (message.is === "request") this.#serve(message);
    else if (message.is === "result" || message.is === "fault") this.#answer = message;
    else if (message.id === this.#exchange?.id) this.#exchange.served.notice(message);
  }

  #serve({ id, head, whole }: Extract<ToHandler, { is: "request" }>): void {
    const next = this.#next;
    if (next === undefined) return;
    const sink = { post: (command: Command) => this.#send(command), flush: () => this.#flush() };
    const served = new ServedExchange(id, head, sink, (answer) => this.#post({ is: "answer", answer }));
    if (whole) served.incoming.end();
    this.#exchange = { id, served };
    let fault: string | undefined;
    try {
      const { request, outparam } = next.preview2.incoming(served);
      next.handler.call(request, outparam);
      if (!served.answered) throw requestUnanswered(this.#data.payload.given);
    } catch (thrown) {
      fault = this.#faultOf(thrown, "incomingHandler.handle()");
    }
    this.#post({ is: "handled", fault });
    this.#flush();
    this.#exchange = undefined;
    this.#served++;
    this.#prepare(fault !== undefined);
  }

  /**
   * Prepares the instance for the next request.
   *
   * @param failed whether the last request failed: then nothing of its instance is used again.
   */
  #prepare(failed: boolean): void {
    const { requests = 1 } = this.#data.limits;
    const isSpent = requests > 0 && this.#served >= requests;
    try {
      if (this.#next === undefined || failed || isSpent) {
        this.#served = 0;
        this.#next = this.#renewed(failed) ?? this.#instantiate();
      }
      if (!this.#started) this.#post({ is: "ready" });
      this.#started = true;
    } catch (thrown) {
      this.#next = undefined;
      this.#post({ is: "broken", fault: this.#faultOf(thrown, "its initialisation") });
    }
    this.#flush();
  }

  /** Returns the handler with a new instance in place of the last one, if that is possible. */
  #renewed(failed: boolean): Handler | undefined {
    const last = this.#next;
    last?.release();
    if (last?.renew === undefined || failed) return undefined;
    last.renew();
    return last;
  }

  #instantiate(): Handler {
    const { payload, limits } = this.#data;
    const sources = sourcesOf(payload.bytes);
    const plugin: PluginState = {
      subject: payload.given,
      limit: limits.bytes,
      sources,
      record: this.#record,
      states: [],
      onTrap() {},
    };
    this.#plugin = plugin;
    const linked = instantiateComponent({ ...this.#loading, plugin }, plugin);
    const name = [...linked.exports.keys()].find(isHttpHandler);
    const exported = name === undefined ? undefined : linked.exports.get(name);
    const handle = exported?.sort === "instance" ? exported.value.get("handle") : undefined;
    if (handle?.sort !== "function") throw handlerMissing();
    handle.value.label = "incomingHandler.handle";
    return { ...linked, handler: handle.value };
  }

  #hostFunction(path: string): InstanceFunction {
    const call = (parameters: readonly unknown[]): unknown => {
      this.#answer = undefined;
      this.#post({ is: "call", path, parameters });
      this.#capabilities.network.until(() => this.#answer !== undefined);
      const answer = this.#answer as Answer | undefined;
      if (answer === undefined) throw hostDidNotReply();
      if (answer.is === "result") return answer.value;
      const error = faultFromText(answer.fault, "TENON_IMPORT_THREW");
      if (error.code !== "TENON_CALL_RESULT") throw error;
      throw hostErrorCase(error.message, answer.payload);
    };
    return { invoke: call, invokeSync: call };
  }

  /** The error as text. For an error that only says that the plugin crashed, the cause. */
  #faultOf(thrown: unknown, label: string): string {
    const error = explainFailure(thrown, label, this.#data.payload.given);
    return faultText(error.code === "TENON_PLUGIN_CRASHED" && isTenonError(error.cause) ? error.cause : error);
  }

  /** Sends a part of a response, together with others. */
  #send(command: Command): void {
    this.#post({ is: "body", command });
    if (command.do !== "write") return;
    this.#outboxBytes += command.bytes.length;
    if (this.#outboxBytes >= mostHeld) this.#flush();
  }

  #post(message: FromHandler): void {
    this.#outbox.push(message);
    // The plugin may loop after it has said why.
    if (message.is === "log") this.#flush();
  }

  #flush(): void {
    if (this.#outbox.length === 0) return;
    const list = this.#outbox.splice(0);
    this.#outboxBytes = 0;
    this.#port.postMessage(list, list.flatMap(transferred));
  }
}

/** Returns the buffer of a part that is cheaper to hand over than to copy. */
function transferred(message: FromHandler): ArrayBuffer[] {
  if (message.is !== "body" || message.command.do !== "write") return [];
  const { bytes } = message.command;
  return bytes.length < leastTransferred ? [] : [bytes.buffer as ArrayBuffer];
}

const leastTransferred = 4096;
