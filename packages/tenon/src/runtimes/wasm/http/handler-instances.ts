import { requestUnanswered } from "../../../errors/factories/wasi.js";
import { handlerMissing } from "../../../errors/factories/wasm-call.js";
import { isTenonError, type TenonError } from "../../../errors/index.js";
import { isHttpHandler } from "../../../program/http-handler-contract.js";
import type { FunctionTable, LogLine } from "../../../runtime/index.js";
import type { Capabilities, ServedExchange } from "../../../wasi/index.js";
import { instantiateComponent, type LinkedComponent } from "../component/instantiate.js";
import type { ComponentFunction } from "../component/scope.js";
import type { LoadContext } from "../linking/load-context.js";
import { ownThread } from "../linking/own-thread.js";
import { moduleFinder } from "../modules/compile.js";
import { explainFailure } from "../modules/engine.js";
import { LinkRecord } from "../state/link-record.js";
import { type PluginState, sourcesOf } from "../state/plugin-state.js";
import type { HandlerPlugin } from "./messages.js";

/** The component's `handle`. */
interface Handler extends LinkedComponent {
  readonly handler: ComponentFunction;
}

/**
 * The instances of a handler in one thread, without the messages: what is created for the next request, and when. They follow
 * each other: each serves one request, or as many as the limit allows.
 */
export class HandlerInstances {
  readonly #plugin: HandlerPlugin;
  readonly #loading: Omit<LoadContext, "plugin">;
  readonly #record = new LinkRecord();
  /** What was instantiated last. */
  #state: PluginState | undefined;
  /** The instance for the next request. */
  #next: Handler | undefined;
  /** How many requests it has served. */
  #served = 0;

  constructor(plugin: HandlerPlugin, capabilities: Capabilities, imports: FunctionTable, log: (line: LogLine) => void) {
    const { payload, shared, name, limits, settings, options, grants, contract } = plugin;
    this.#plugin = plugin;
    const signal = new AbortController().signal;
    this.#loading = {
      payload,
      request: { settings, options, grants, limits, contract, imports, traits: ownThread, log, signal },
      capabilities,
      module: moduleFinder(payload, shared, limits),
      shared,
      name,
    };
  }

  /** The states of the instance that was created last. */
  get states(): PluginState["states"] {
    return this.#state?.states ?? [];
  }

  /** Whether there is an instance for the next request. */
  get ready(): boolean {
    return this.#next !== undefined;
  }

  /** Serves a request with the instance that is ready. @returns why it failed, if it did */
  serve(exchange: ServedExchange): TenonError | undefined {
    const { preview2, handler } = this.#next!;
    this.#served++;
    try {
      const { request, outparam } = preview2.incoming(exchange);
      handler.call(request, outparam);
      if (!exchange.answered) throw requestUnanswered(this.#plugin.payload.given);
      return undefined;
    } catch (thrown) {
      const error = explainFailure(thrown, "incomingHandler.handle()", this.#plugin.payload.given);
      // One that only says that the plugin crashed has the cause that matters.
      return error.code === "TENON_PLUGIN_CRASHED" && isTenonError(error.cause) ? error.cause : error;
    }
  }

  /**
   * Prepares the instance for the next request.
   *
   * @param failed whether the last request failed: then nothing of its instance is used again.
   * @throws what instantiating the plugin throws
   */
  prepare(failed: boolean): void {
    const { requests = 1 } = this.#plugin.limits;
    const isSpent = requests > 0 && this.#served >= requests;
    if (this.#next !== undefined && !failed && !isSpent) return;
    const last = this.#next;
    this.#next = undefined;
    this.#served = 0;
    this.#next = this.#renewed(last, failed) ?? this.#instantiate();
  }

  /** Returns the handler with a new instance in place of the last one, if that is possible. */
  #renewed(last: Handler | undefined, failed: boolean): Handler | undefined {
    last?.release();
    if (last?.renew === undefined || failed) return undefined;
    last.renew();
    return last;
  }

  #instantiate(): Handler {
    const { payload, limits } = this.#plugin;
    const plugin: PluginState = {
      subject: payload.given,
      limit: limits.bytes,
      sources: sourcesOf(payload.bytes),
      record: this.#record,
      states: [],
      onTrap() {},
    };
    this.#state = plugin;
    const linked = instantiateComponent({ ...this.#loading, plugin }, plugin);
    const name = [...linked.exports.keys()].find(isHttpHandler);
    const exported = name === undefined ? undefined : linked.exports.get(name);
    const handle = exported?.sort === "instance" ? exported.value.get("handle") : undefined;
    if (handle?.sort !== "function") throw handlerMissing();
    handle.value.label = "incomingHandler.handle";
    return { ...linked, handler: handle.value };
  }
}
