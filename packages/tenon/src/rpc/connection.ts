import { serialize } from "node:v8";
import { signatures } from "../contract/core.js";
import { errors, isTenonError, type TenonError } from "../errors/index.js";
import type { FunctionTable, Prepared } from "../runtime/index.js";
import type { Channel } from "./channel.js";
import { type LoadReply, readLoadAnswer } from "./load-answer.js";
import { Peer } from "./peer.js";
import type { Ending, RemoteInstanceOptions } from "./remote-instance.js";
import type { LoadMessage } from "./serve-instance.js";

/** The connection to a thread or process, from its load message to its end. */
export class Connection {
  readonly peer: Peer;
  /** Settles when the thread or process is lost without {@link close} having begun. */
  readonly lost: Promise<TenonError>;
  readonly ended: Promise<Ending>;
  /** The other side's functions; all that the contract has until the load message is answered, then those that are there. */
  functions: FunctionTable;
  forced = false;
  /** Whether the other side has told that it is ending, having lost the plugin. */
  failing = false;
  readonly #options: RemoteInstanceOptions;
  #lose!: (error: TenonError) => void;
  #ending: Ending | undefined;
  #reason: TenonError | undefined;
  #closing = false;

  constructor(options: RemoteInstanceOptions) {
    this.#options = options;
    const { request, limits } = options;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.ended = options.ended.then((ending) => {
      this.#ending = ending;
      this.#over(this.#reason ?? ending.error);
      return ending;
    });
    this.peer = new Peer({
      channel: this.#patient(options.channel),
      role: "host",
      bytes: limits.bytes,
      grace: limits.grace,
      log: (line) => request.log(line),
      unresponsive: (error) => this.end(error),
      lost: (error) => this.#failed(error),
      closed: (error) => {
        if (error !== undefined) this.end(error);
      },
      hold: (active) => options.hold?.(active),
    });
    this.functions = this.peer.bind({ calls: request.contract.exports, serves: request.contract.imports });
    this.peer.serve(request.imports);
  }

  /** Ends the thread or process by force; what is pending is rejected at once. */
  end(reason: TenonError): void {
    this.forced = true;
    this.#reason ??= reason;
    this.#options.kill();
    this.#over(reason);
  }

  /** From now on the end of the thread or process is wanted, and no loss. */
  close(): void {
    this.#closing = true;
  }

  /** Ends the connection, and the thread or process unless others live there and it still answers. */
  async stop(): Promise<{ readonly resources: number }> {
    const { shared, limits } = this.#options;
    const spared = shared === true && !this.hasEnded && (await this.#answers(limits.grace));
    const report = this.peer.close(pluginClosed());
    if (!spared) this.#options.kill();
    return report;
  }

  async #answers(milliseconds: number): Promise<boolean> {
    try {
      await this.peer.control("ping", undefined, { signal: undefined, deadline: Math.max(1, milliseconds) });
      return true;
    } catch {
      return false;
    }
  }

  get hasEnded(): boolean {
    return this.#ending !== undefined;
  }

  async load(): Promise<LoadReply> {
    const { runtime, prepared, preparedSent, request, limits, place } = this.#options;
    const { contract, settings, grants, imports } = request;
    const message: LoadMessage = {
      module: runtime.module,
      prepared: preparedSent === true ? undefined : withoutShared(prepared),
      contract,
      settings,
      grants,
      limits: { ...request.limits, bytes: limits.bytes },
      imports: signatures(contract.imports).flatMap(({ path }) => (imports.get(path) === undefined ? [] : [path])),
    };
    let attachment: Uint8Array;
    try {
      attachment = serialize(message);
    } catch (cause) {
      throw errors.TENON_LOAD_FAILED({
        message: `the plugin cannot be sent to the ${place} place: ${String(cause)}`,
        cause,
      });
    }
    try {
      const answer = await this.peer.control("load", undefined, { signal: request.signal, deadline: 0 }, attachment);
      const reply = await readLoadAnswer(answer);
      const there = new Set(reply.functions);
      const all = this.functions;
      this.functions = new Map(
        signatures(contract.exports).flatMap(({ path }) => {
          const found = there.has(path) ? all.get(path) : undefined;
          return found === undefined ? [] : [[path, found] as const];
        }),
      );
      return reply;
    } catch (thrown) {
      throw this.#loadError(thrown);
    }
  }

  /** The other side has lost the plugin, and is about to end. */
  #failed(error: TenonError): void {
    this.failing = true;
    this.#reason ??= error;
    if (!this.#closing) this.#lose(error);
    // The call that failed is answered in the same turn; the others will never be.
    queueMicrotask(() => this.peer.abandonCalls(crashed(error)));
  }

  /** A channel that tells of its end only when it is known how the thread or process ended. */
  #patient(channel: Channel): Channel {
    return {
      blocking: channel.blocking,
      send: (frame) => channel.send(frame),
      close: () => channel.close(),
      open: (handlers) =>
        channel.open({
          frame: (bytes) => handlers.frame(bytes),
          closed: (error) => {
            if (error !== undefined) return handlers.closed(error);
            // It usually ends by itself, and then tells why; only one that does not is ended.
            const late = setTimeout(() => this.#options.kill(), this.#options.limits.grace);
            void this.ended.then(() => {
              clearTimeout(late);
              handlers.closed(undefined);
            });
          },
        }),
    };
  }

  #over(reason: TenonError): void {
    if (!this.#closing) this.#lose(reason);
    this.peer.close(this.#closing ? pluginClosed() : crashed(reason));
  }

  #loadError(thrown: unknown): unknown {
    const { signal } = this.#options.request;
    if (signal.aborted) {
      if (isTenonError(signal.reason)) return signal.reason;
      return errors.TENON_LOAD_DEADLINE({
        message: "loading was given up before the plugin had loaded",
        cause: signal.reason,
      });
    }
    const error = this.#reason ?? this.#ending?.error;
    if (error === undefined) return thrown;
    if (error.code !== "TENON_PLACE_EXIT") return error;
    return errors.TENON_LOAD_FAILED({
      message: `the plugin ended while it was loading: ${error.message}`,
      subject: error.subject,
      cause: error,
    });
  }
}

export function pluginClosed(): TenonError {
  return errors.TENON_PLUGIN_CLOSED("the plugin is closed");
}

function crashed(reason: TenonError): TenonError {
  if (reason.code === "TENON_PLUGIN_CRASHED" || reason.code.startsWith("TENON_WIRE_")) return reason;
  return errors.TENON_PLUGIN_CRASHED({ message: `the plugin crashed: ${reason.message}`, cause: reason });
}

/** What only threads of this process can have stays here. */
function withoutShared({ path, fingerprint, payload }: Prepared): Prepared {
  return { path, fingerprint, payload };
}
