import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { requestUnanswered } from "../../../errors/factories/wasi.js";
import { handlerMissing, hostDidNotReply, hostErrorCase } from "../../../errors/factories/wasm-call.js";
import { isTenonError } from "../../../errors/index.js";
import { isHttpHandler } from "../../../program/http-handler-contract.js";
import { faultFromText, faultText } from "../../../rpc/fault.js";
import type { InstanceFunction } from "../../../runtime/index.js";
import { type Capabilities, createCapabilities, ServedExchange, type Waker } from "../../../wasi/index.js";
import { moduleFinder } from "../compile.js";
import { instantiateComponent, type LinkedComponent } from "../component/instantiate.js";
import { explainFailure } from "../engine.js";
import type { LoadContext } from "../load.js";
import { type PluginState, sourcesOf } from "../plugin-state.js";
import type { FromHandler, HandlerThreadData, ToHandler } from "./messages.js";

type Answer = Extract<ToHandler, { is: "result" | "fault" }>;

/** The component's `handle`, in an instance that serves one request. */
interface Handler extends LinkedComponent {
  handle(request: unknown, outparam: unknown): unknown;
}

/**
 * Serves requests in its own thread, one after the other, each in a new instance. While the plugin runs or blocks, messages
 * arrive at the port and are taken by {@link pump}.
 */
export class HandlerServer implements Waker {
  readonly counter: Int32Array;
  readonly #data: HandlerThreadData;
  readonly #port: MessagePort;
  readonly #loading: Omit<LoadContext, "plugin">;
  readonly #capabilities: Capabilities;
  #next: Handler | undefined;
  #exchange: { readonly id: number; readonly served: ServedExchange } | undefined;
  #answer: Answer | undefined;

  constructor(data: HandlerThreadData) {
    const { payload, limits, settings, grants, contract } = data;
    this.#data = data;
    this.#port = data.port;
    this.counter = data.counter;
    const log = (line: { stream: "stdout" | "stderr" | "log"; text: string }) => this.#post({ is: "log", line });
    this.#capabilities = createCapabilities({ grants, name: data.name, log, waker: this });
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
    this.#prepare();
    this.#port.on("message", (message: ToHandler) => this.#take(message));
  }

  get busy(): boolean {
    return this.#exchange !== undefined;
  }

  pump(): boolean {
    let any = false;
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      any = true;
      this.#take(next.message as ToHandler);
    }
    return any;
  }

  #take(message: ToHandler): void {
    if (message.is === "request") this.#serve(message);
    else if (message.is === "result" || message.is === "fault") this.#answer = message;
    else if (message.id === this.#exchange?.id) this.#exchange.served.notice(message);
  }

  #serve({ id, head }: Extract<ToHandler, { is: "request" }>): void {
    const handler = this.#next;
    if (handler === undefined) return;
    const served = new ServedExchange(id, head, { post: (command) => this.#post({ is: "body", command }) }, (answer) =>
      this.#post({ is: "answer", answer }),
    );
    this.#exchange = { id, served };
    let fault: string | undefined;
    try {
      const { request, outparam } = handler.preview2.incoming(served);
      handler.handle(request, outparam);
      if (!served.answered) throw requestUnanswered(this.#data.payload.given);
    } catch (thrown) {
      fault = this.#faultOf(thrown, "incomingHandler.handle()");
    }
    this.#post({ is: "handled", fault });
    handler.release();
    this.#exchange = undefined;
    this.#prepare();
  }

  /** Creates the instance for the next request in advance. */
  #prepare(): void {
    try {
      this.#next = this.#instantiate();
      this.#post({ is: "ready" });
    } catch (thrown) {
      this.#next = undefined;
      this.#post({ is: "broken", fault: this.#faultOf(thrown, "its initialisation") });
    }
  }

  #instantiate(): Handler {
    const { payload, limits } = this.#data;
    const sources = sourcesOf(payload.bytes);
    const plugin: PluginState = { subject: payload.given, limit: limits.bytes, sources, states: [], onTrap() {} };
    const linked = instantiateComponent({ ...this.#loading, plugin }, plugin);
    const name = [...linked.exports.keys()].find(isHttpHandler);
    const exported = name === undefined ? undefined : linked.exports.get(name);
    const handle = exported?.sort === "instance" ? exported.value.get("handle") : undefined;
    if (handle?.sort !== "function") throw handlerMissing();
    handle.value.label = "incomingHandler.handle";
    return { ...linked, handle: handle.value.call };
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

  #post(message: FromHandler): void {
    this.#port.postMessage(message);
  }
}
