import { serialize } from "node:v8";
import type { Contract } from "../contract/index.js";
import { errors, isTenonError, type TenonError } from "../errors/index.js";
import type {
  CallControl,
  CloseReport,
  FunctionTable,
  Instance,
  Isolation,
  LoadRequest,
  PlaceLimits,
  PlaceName,
  Prepared,
  Runtime,
} from "../runtime/index.js";
import type { Channel } from "./channel.js";
import { combineIsolation } from "./isolation.js";
import { type LoadReply, readLoadAnswer } from "./load-answer.js";
import { Peer } from "./peer.js";
import type { LoadMessage } from "./serve-instance.js";
import { signatures } from "../contract/index.js";

/** How a thread or process ended. */
export interface Ending {
  /** Exit code or signal, where there is one. */
  readonly exit: number | string | undefined;
  /** Why, as a coded error: TENON_PLACE_EXIT, TENON_PLACE_MEMORY, TENON_PLACE_START. */
  readonly error: TenonError;
}

/** What a place has started, and what is to be loaded there. */
export interface RemoteInstanceOptions {
  readonly place: PlaceName;
  /** What the place achieves; what the runtime achieves inside is added. */
  readonly isolation: Isolation;
  readonly proof: CloseReport["proof"];
  /** Thread or process id. */
  readonly id?: number | undefined;
  readonly channel: Channel;
  readonly runtime: Runtime;
  readonly prepared: Prepared;
  /** Whether the place has sent `prepared` itself (`ServeOptions.prepared` on the other side). */
  readonly preparedSent?: boolean | undefined;
  readonly request: LoadRequest;
  readonly limits: PlaceLimits;
  /** Settles (never rejects) when the thread or process has ended, for whatever reason. */
  readonly ended: Promise<Ending>;
  /** Ends the thread or process by force, now; `ended` settles afterwards. May be called more than once. */
  kill(): void;
  /** Told `true` while calls are pending, so that the host program stays alive for their answers, and `false` after. */
  hold?(active: boolean): void;
}

/**
 * Loads a plugin through a channel, at whose other end `serveInstance` runs, and gives it as an instance.
 *
 * Rejects with what the runtime's `load` rejected with; with TENON_LOAD_FAILED when the thread or process ended
 * meanwhile; with TENON_LOAD_DEADLINE (or the reason of `request.signal`) when loading was given up. Whenever it rejects,
 * the thread or process has been ended.
 */
export async function startRemoteInstance(options: RemoteInstanceOptions): Promise<Instance> {
  const connection = new Connection(options);
  try {
    return new RemoteInstance(options, connection, await connection.load());
  } catch (thrown) {
    connection.peer.close(errors.TENON_PLUGIN_CLOSED("the plugin did not load"));
    options.kill();
    await options.ended;
    throw thrown;
  }
}

/** The connection to a thread or process, and how it came to its end. */
class Connection {
  readonly peer: Peer;
  readonly lost: Promise<TenonError>;
  readonly ended: Promise<Ending>;
  readonly #options: RemoteInstanceOptions;
  #lose!: (error: TenonError) => void;
  #ending: Ending | undefined;
  /** Why this side ended the thread or process, when it did. */
  #reason: TenonError | undefined;
  #loading = true;
  closing = false;
  forced = false;
  functions: FunctionTable;
  readonly #offered: Set<string>;

  constructor(options: RemoteInstanceOptions) {
    this.#options = options;
    const { request, limits } = options;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.peer = new Peer({
      channel: options.channel,
      role: "host",
      bytes: limits.bytes,
      grace: limits.grace,
      log: (line) => request.log(line),
      unresponsive: (error) => this.end(error),
      closed: (error) => {
        if (error !== undefined) this.end(error);
      },
      hold: (active) => options.hold?.(active),
    });
    this.#offered = new Set();
    this.functions = this.peer.bind({ calls: request.contract.exports, serves: request.contract.imports });
    this.peer.serve(request.imports);
    this.ended = options.ended.then((ending) => {
      this.#ending = ending;
      this.#over(this.#reason ?? ending.error);
      return ending;
    });
  }

  /** Ends the thread or process by force. */
  end(reason: TenonError): void {
    this.#reason ??= reason;
    this.forced = true;
    this.#options.kill();
    this.#over(reason);
  }

  async load(): Promise<LoadReply> {
    const { runtime, prepared, preparedSent, request, limits } = this.#options;
    const { contract, settings, grants } = request;
    const message: LoadMessage = {
      module: runtime.module,
      prepared: preparedSent === true ? undefined : prepared,
      contract,
      settings,
      grants,
      imports: signatures(contract.imports).flatMap(({ path }) => (request.imports.get(path) === undefined ? [] : [path])),
      bytes: limits.bytes,
    };
    let attachment: Uint8Array;
    try {
      attachment = serialize(message);
    } catch (cause) {
      throw errors.TENON_LOAD_FAILED({ message: `the plugin cannot be sent to the ${this.#options.place} place: ${String(cause)}`, cause });
    }
    try {
      const answer = await this.peer.control("load", undefined, { signal: request.signal, deadline: 0 }, attachment);
      const reply = await readLoadAnswer(answer);
      this.#loading = false;
      const there = new Set(reply.functions);
      const all = this.functions;
      this.functions = { get: (path) => (there.has(path) ? all.get(path) : undefined) };
      return reply;
    } catch (thrown) {
      throw this.#loadError(thrown);
    }
  }

  /** Nothing more comes: what is pending is rejected, and the loss reported unless it was wanted. */
  #over(reason: TenonError): void {
    if (!this.closing) this.#lose(reason);
    this.peer.close(this.closing ? pluginClosed() : crashed(reason));
  }

  #loadError(thrown: unknown): unknown {
    const { request } = this.#options;
    if (request.signal.aborted) {
      return isTenonError(request.signal.reason)
        ? request.signal.reason
        : errors.TENON_LOAD_DEADLINE({ message: "the plugin did not finish loading before loading was given up", cause: request.signal.reason });
    }
    const error = this.#reason ?? this.#ending?.error;
    if (error === undefined) return thrown;
    if (error.code !== "TENON_PLACE_EXIT") return error;
    return errors.TENON_LOAD_FAILED({ message: `the plugin ended while loading: ${error.message}`, subject: error.subject, cause: error });
  }
}
