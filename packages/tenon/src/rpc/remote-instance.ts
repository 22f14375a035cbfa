import type { Contract } from "../contract/core.js";
import { instanceClosed } from "../errors/factories/closed.js";
import { lifecycleFailed } from "../errors/factories/wire.js";
import { isTenonError, messageOf, type TenonError } from "../errors/index.js";
import type {
  CallControl,
  CloseReport,
  FunctionTable,
  Instance,
  Isolation,
  PlaceLimits,
  Prepared,
  Runtime,
  StartRequest,
} from "../runtime/index.js";
import type { Channel } from "./channel.js";
import { Connection } from "./connection.js";
import { coded } from "./fault.js";
import { combineIsolation, type LoadResult } from "./load-answer.js";
import { StateReader, writeState } from "./state-text.js";

/** How the thread or process of a place ended. */
export interface PlaceExit {
  /** Exit code or signal, if there is one. */
  readonly exit: number | string | undefined;
  /** The reason, as a coded error: TENON_PLACE_EXIT, TENON_PLACE_MEMORY, TENON_PLACE_START. */
  readonly error: TenonError;
  /** What this end proves, if it differs from what the place usually proves. */
  readonly proof?: CloseReport["proof"] | undefined;
  /** What the plugin had started and not ended. */
  readonly leftovers?: CloseReport["leftovers"];
}

/** A thread that several plugins share. */
export interface SharedThread {
  /** Whether it has ended or is about to: no call must be sent there. */
  readonly ending: boolean;
  /** Set while one of the plugins has not confirmed that a call was cancelled. Resolves when all have. */
  readonly unconfirmed: Promise<void> | undefined;
  /** Called with `true` when one of the plugins has a cancellation to confirm, and with `false` when it has none any more. */
  doubt(active: boolean): void;
}

/** What a place has started, and what to load there. */
export interface RemoteInstanceOptions {
  /** The isolation that the place provides. What the runtime provides inside is added. */
  readonly isolation: Isolation;
  readonly proof: CloseReport["proof"];
  /** Thread or process id. */
  readonly id?: number | undefined;
  readonly channel: Channel;
  readonly runtime: Runtime;
  readonly prepared: Prepared;
  /** Whether the place has sent `prepared` itself (`ServeOptions.prepared` on the other side). */
  readonly preparedSent?: boolean | undefined;
  readonly request: StartRequest;
  readonly limits: PlaceLimits;
  /** Resolves (never rejects) when the thread or process has ended, for whatever reason. */
  readonly ended: Promise<PlaceExit>;
  /**
   * The thread, if other plugins run there, too. Then a plugin that fails or hangs only loses its connection, and the thread
   * is killed only if it does not respond.
   */
  readonly shared?: SharedThread | undefined;
  /** Kills the thread or process. `ended` resolves afterwards. May be called more than once. */
  kill(): void;
  /** Called with `true` while calls are pending, so that the host stays alive for their results, and with `false` after. */
  hold?(active: boolean): void;
}

/**
 * Loads a plugin through a channel, with `serveInstance` at its other end, and returns it as an instance.
 *
 * Rejects with the error of the runtime's `load`; with TENON_LOAD_FAILED if the thread or process exited in the meantime;
 * with TENON_LOAD_DEADLINE (or the reason of `request.signal`) if loading was cancelled. When it rejects, the thread or
 * process has ended.
 */
export async function startRemoteInstance(options: RemoteInstanceOptions): Promise<Instance> {
  const connection = new Connection(options);
  try {
    return new RemoteInstance(options, connection, await connection.load());
  } catch (thrown) {
    connection.close();
    options.hold?.(true);
    await connection.stop();
    await connection.ended;
    options.hold?.(false);
    throw thrown;
  }
}

/** How long a plugin may take to close, in milliseconds, by default. */
const closeDeadline = 5000;

class RemoteInstance implements Instance {
  readonly isolation: Isolation;
  readonly contract: Contract | undefined;
  readonly functions: FunctionTable;
  readonly id: number | undefined;
  readonly lost: Promise<TenonError>;
  readonly restores: boolean;
  readonly #options: RemoteInstanceOptions;
  readonly #connection: Connection;
  #report: Promise<CloseReport> | undefined;

  constructor(options: RemoteInstanceOptions, connection: Connection, reply: LoadResult) {
    this.#options = options;
    this.#connection = connection;
    this.id = options.id;
    this.isolation = combineIsolation(options.isolation, reply.isolation, options.runtime.isolates);
    this.contract = reply.contract;
    this.functions = connection.functions;
    this.lost = connection.lost;
    this.restores = reply.restores;
  }

  get unconfirmed(): Promise<void> | undefined {
    const { peer, failing } = this.#connection;
    const { shared } = this.#options;
    // The loss is known here, and will be known to the host when this turn ends; of a shared thread, when it has ended.
    if (failing || peer.closed !== undefined || shared?.ending === true) return this.lost.then(() => {});
    return shared === undefined ? peer.unconfirmed : shared.unconfirmed;
  }

  explain(thrown: unknown, label: string): TenonError {
    return coded(thrown, "TENON_CALL_THREW", `${label}() threw`);
  }

  async health(control: CallControl): Promise<void> {
    try {
      await this.#connection.peer.control("health", undefined, control);
    } catch (cause) {
      throw this.#as("TENON_HEALTH_FAILED", "the health check failed", cause);
    }
  }

  async save(control: CallControl): Promise<unknown> {
    const reader = new StateReader();
    return (await this.saveText(async (part) => reader.add(part), control)) ? reader.finish() : undefined;
  }

  async restore(state: unknown, control: CallControl): Promise<void> {
    const { peer } = this.#connection;
    await this.#restoring(control, () => writeState(state, (part) => peer.control("state", undefined, control, part)));
  }

  async saveText(write: (part: Uint8Array) => Promise<void>, control: CallControl): Promise<boolean> {
    const { peer, state } = this.#connection;
    try {
      return (await state.open(write, () => peer.control("save", undefined, control))) === true;
    } catch (cause) {
      throw this.#as("TENON_STATE_FAILED", "saving the state failed", cause);
    }
  }

  async restoreText(parts: AsyncIterable<Uint8Array>, control: CallControl): Promise<void> {
    const { peer } = this.#connection;
    await this.#restoring(control, async () => {
      for await (const part of parts) await peer.control("state", undefined, control, part);
    });
  }

  async #restoring(control: CallControl, send: () => Promise<void>): Promise<void> {
    try {
      await send();
      await this.#connection.peer.control("restore", undefined, control);
    } catch (cause) {
      throw this.#as("TENON_STATE_FAILED", "restoring the state failed", cause);
    }
  }

  close(control: CallControl): Promise<CloseReport> {
    this.#report ??= this.#close(control);
    return this.#report;
  }

  async #close(control: CallControl): Promise<CloseReport> {
    const connection = this.#connection;
    const { peer } = connection;
    const { grace } = this.#options.limits;
    connection.close();
    let resources = 0;
    let held = false;
    if (!connection.hasEnded) {
      peer.abandonCalls(instanceClosed());
      const deadline = control.deadline > 0 ? control.deadline : closeDeadline;
      const closed = connection.failing || (await this.#requestClose(deadline, control.signal));
      held = true;
      this.#options.hold?.(true);
      if (!closed) {
        connection.forced = true;
        resources = (await connection.stop()).resources;
      } else {
        resources = peer.close(instanceClosed()).resources;
        await this.#waitForEnd(grace);
        if (!connection.hasEnded) {
          connection.forced = true;
          this.#options.kill();
        }
      }
    }
    const { exit, proof = this.#options.proof, leftovers = [] } = await connection.ended;
    if (held) this.#options.hold?.(false);
    return { proof, exit, forced: connection.forced, resources, ...(leftovers.length > 0 && { leftovers }) };
  }

  /** Asks the plugin to close. Returns whether it has. */
  #requestClose(deadline: number, signal: AbortSignal | undefined): Promise<boolean> {
    return this.#connection.peer.control("close", undefined, { signal, deadline }).then(
      () => true,
      () => false,
    );
  }

  /** Waits until the thread or process exits by itself, at most so many milliseconds. */
  async #waitForEnd(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    await Promise.race([this.#connection.ended, late]);
    clearTimeout(timer);
  }

  #as(code: "TENON_HEALTH_FAILED" | "TENON_STATE_FAILED", what: string, cause: unknown): unknown {
    if (isTenonError(cause) && !wrapped.has(cause.code)) return cause;
    return lifecycleFailed(code, what, messageOf(cause), cause);
  }
}

const wrapped: ReadonlySet<string> = new Set(["TENON_CALL_DEADLINE", "TENON_CALL_THREW", "TENON_VALUE_TYPE"]);
