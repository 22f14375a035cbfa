import { serialize } from "node:v8";
import { type Contract, type Items, signatures } from "../contract/core.js";
import { pluginCrashed } from "../errors/factories/call.js";
import { instanceClosed } from "../errors/factories/closed.js";
import { loadStopped } from "../errors/factories/host.js";
import { storageNotGranted } from "../errors/factories/storage.js";
import { contractUnexpected, exitedWhileLoading, loadMessageUnsendable } from "../errors/factories/wire.js";
import type { TenonError } from "../errors/index.js";
import type { FunctionTable, Prepared } from "../runtime/index.js";
import type { Channel } from "./channel.js";
import { type LoadResult, readLoadAnswer } from "./load-answer.js";
import { Peer } from "./peer.js";
import type { PlaceExit, RemoteInstanceOptions } from "./remote-instance.js";
import type { LoadMessage } from "./serve-instance.js";
import { StateSink } from "./state-text.js";

/** The connection to a thread or process, from the load message to its end. */
export class Connection {
  readonly peer: Peer;
  /** Takes the parts of the state that the other side saves. */
  readonly state = new StateSink();
  /** Resolves if the thread or process is lost before {@link close} was called. */
  readonly lost: Promise<TenonError>;
  readonly ended: Promise<PlaceExit>;
  /** The other side's functions: all of the contract until the plugin is loaded, then those that it implements. */
  functions: FunctionTable;
  forced = false;
  /** Whether the other side has reported that it lost the plugin and will exit. */
  failing = false;
  readonly #options: RemoteInstanceOptions;
  #lose!: (error: TenonError) => void;
  #exit: PlaceExit | undefined;
  #reason: TenonError | undefined;
  #closing = false;
  #serveStorage: Promise<(parameters: unknown, bytes: Uint8Array) => Promise<unknown>> | undefined;
  /** The contract that the plugin has declared, if the host knew none. */
  #learned: Contract | undefined;

  constructor(options: RemoteInstanceOptions) {
    this.#options = options;
    const { request, limits } = options;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.ended = options.ended.then((exit) => {
      this.#exit = exit;
      this.#finish(this.#reason ?? exit.error);
      return exit;
    });
    this.peer = new Peer({
      channel: this.#reportingEndLate(options.channel),
      role: "host",
      bytes: limits.bytes,
      buffer: limits.buffer ?? 0,
      grace: limits.grace,
      controls: {
        state: ({ attachment }) => this.state.take(attachment),
        contract: ({ attachment }) => this.#learn(attachment),
        storage: ({ parameters, attachment }) => this.#store(parameters, attachment),
      },
      log: (line) => request.log(line),
      unresponsive: (error) => this.end(error),
      doubt: (active) => options.shared?.doubt(active),
      lost: (error) => this.#failed(error),
      closed: (error) => {
        if (error !== undefined) this.end(error);
      },
      hold: (active) => options.hold?.(active),
    });
    this.functions = this.peer.bind({ calls: request.contract.exports, serves: request.contract.imports });
    this.peer.serve(request.imports);
  }

  /** The plugin reads or changes what it stores. */
  async #store(parameters: unknown, bytes: Uint8Array): Promise<unknown> {
    const { storage, name } = this.#options.request;
    if (storage === undefined) throw storageNotGranted(name);
    // The frame is reused after this turn.
    const own = bytes.slice();
    this.#serveStorage ??= import("../storage/wire.js").then(({ serveStorage }) => serveStorage(storage));
    return (await this.#serveStorage)(parameters, own);
  }

  /** The plugin declares the contract that nobody knew. Answers with the functions that the host provides for it, by path. */
  async #learn(document: Uint8Array): Promise<readonly string[]> {
    const { learned } = this.#options.request;
    if (learned === undefined || this.#learned !== undefined) throw contractUnexpected();
    const contract = await readContract(document);
    this.#learned = contract;
    const imports = await learned(contract);
    this.functions = this.peer.bind({ calls: contract.exports, serves: contract.imports });
    this.peer.serve(imports);
    return pathsIn(contract.imports, imports);
  }

  /** Kills the thread or process, and immediately rejects what is pending. */
  end(reason: TenonError): void {
    this.forced = true;
    this.#reason ??= reason;
    this.#options.kill();
    this.#finish(reason);
  }

  /** From now on, the end of the thread or process is expected, and does not count as a loss. */
  close(): void {
    this.#closing = true;
  }

  /** Ends the connection, and kills the thread or process, unless other plugins run there and it still responds. */
  async stop(): Promise<{ readonly resources: number }> {
    const { shared, limits } = this.#options;
    const isSpared = shared !== undefined && !this.hasEnded && (await this.#responds(limits.grace));
    const report = this.peer.close(instanceClosed());
    if (!isSpared) this.#options.kill();
    return report;
  }

  async #responds(milliseconds: number): Promise<boolean> {
    try {
      await this.peer.control("ping", undefined, { signal: undefined, deadline: Math.max(1, milliseconds) });
      return true;
    } catch {
      return false;
    }
  }

  get hasEnded(): boolean {
    return this.#exit !== undefined;
  }

  async load(): Promise<LoadResult> {
    const { runtime, prepared, preparedSent, request, limits } = this.#options;
    const { contract, settings, options, grants, imports } = request;
    const message: LoadMessage = {
      module: runtime.module,
      prepared: preparedSent === true ? undefined : withoutShared(prepared),
      contract,
      settings,
      options,
      grants,
      limits: { ...request.limits, bytes: limits.bytes },
      buffer: limits.buffer ?? 0,
      stores: request.storage !== undefined,
      folder: request.folder,
      imports: pathsIn(contract.imports, imports),
      ...(request.learned === undefined ? {} : { learns: true }),
    };
    let attachment: Uint8Array;
    try {
      attachment = serialize(message);
    } catch (cause) {
      throw loadMessageUnsendable(cause);
    }
    try {
      const answer = await this.peer.control("load", undefined, { signal: request.signal, deadline: 0 }, attachment);
      const reply = await readLoadAnswer(answer);
      const there = new Set(reply.functions);
      const all = this.functions;
      this.functions = new Map(
        signatures((this.#learned ?? contract).exports).flatMap(({ path }) => {
          const found = there.has(path) ? all.get(path) : undefined;
          return found === undefined ? [] : [[path, found] as const];
        }),
      );
      return reply;
    } catch (thrown) {
      throw this.#loadError(thrown);
    }
  }

  /** The other side has lost the plugin, and is about to exit. */
  #failed(error: TenonError): void {
    this.failing = true;
    this.#reason ??= error;
    if (!this.#closing) this.#lose(error);
    // The call that failed is answered in this turn. The others never will be.
    queueMicrotask(() => this.peer.abandonCalls(crashed(error)));
  }

  /** Wraps a channel: reports that it has ended only once it is known how the thread or process ended. */
  #reportingEndLate(channel: Channel): Channel {
    return {
      blocking: channel.blocking,
      flow: channel.flow,
      detaches: channel.detaches,
      send: (frame, blobs) => channel.send(frame, blobs),
      close: () => channel.close(),
      open: (handlers) =>
        channel.open({
          frame: (bytes, blobs) => handlers.frame(bytes, blobs),
          closed: (error) => {
            if (error !== undefined) return handlers.closed(error);
            // It usually exits by itself and reports why. Kill it only if it does not.
            const late = setTimeout(() => this.#options.kill(), this.#options.limits.grace);
            void this.ended.then(() => {
              clearTimeout(late);
              handlers.closed(undefined);
            });
          },
        }),
    };
  }

  #finish(reason: TenonError): void {
    if (!this.#closing) this.#lose(reason);
    this.peer.close(this.#closing ? instanceClosed() : crashed(reason));
  }

  #loadError(thrown: unknown): unknown {
    const { signal } = this.#options.request;
    if (signal.aborted) return loadStopped(this.#options.prepared.path, signal.reason);
    const error = this.#reason ?? this.#exit?.error;
    if (error === undefined) return thrown;
    if (error.code !== "TENON_PLACE_EXIT") return error;
    return exitedWhileLoading(error);
  }
}

/** @throws TENON_WIRE_MALFORMED; TENON_CONTRACT_INVALID */
async function readContract(document: Uint8Array): Promise<Contract> {
  const { contractFromJson } = await import("../contract/formats/from-json.js");
  return contractFromJson(new TextDecoder().decode(document));
}

function pathsIn(items: Items, table: FunctionTable): readonly string[] {
  return signatures(items).flatMap(({ path }) => (table.get(path) === undefined ? [] : [path]));
}

function crashed(reason: TenonError): TenonError {
  if (reason.code === "TENON_PLUGIN_CRASHED" || reason.code.startsWith("TENON_WIRE_")) return reason;
  return pluginCrashed(reason);
}

/** Leaves out what can be shared only with threads of this process. */
function withoutShared({ path, fingerprint, payload }: Prepared): Prepared {
  return { path, fingerprint, payload };
}
