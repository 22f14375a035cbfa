import { loadStopped } from "../../errors/factories/host.js";
import { optionInvalid } from "../../errors/factories/host-option.js";
import { connectionClosed } from "../../errors/factories/place.js";
import { type PlaceExit, startRemoteInstance } from "../../rpc/index.js";
import { grantedEnvironment } from "../../runtime/granted-environment.js";
import type { Instance, Place, PlaceLimits, Prepared, Runtime, StartRequest } from "../../runtime/index.js";
import { titleOf } from "../../runtime/title.js";
import { exitError } from "./exit-error.js";
import { workerIsolation } from "./isolation.js";
import { Standby } from "./standby.js";
import { type Opened, Thread, type ThreadOptions } from "./thread.js";
import { workerGrants, workerTraits } from "./traits.js";

/** How {@link workerPlace} starts threads. */
export interface WorkerPlaceOptions {
  /**
   * The largest number of threads that plugins share. Default 0: every plugin has its own thread.
   *
   * A plugin that is granted environment variables always has its own thread. Plugins with different limits for memory or
   * stack never share one: each limit has its own pool.
   */
  readonly pool?: number;
  /**
   * Whether to keep a spare thread that has loaded the runtime of the last plugin, so that the next plugin with the same
   * limits and environment starts faster. For hosts that swap often, such as in watch mode. Not with `pool`. Default false.
   */
  readonly standby?: boolean;
}

/**
 * Runs plugins in threads: one for each plugin, or a few that plugins share.
 *
 * The host can call a plugin's functions synchronously, and a plugin the host's. A thread keeps the host's program running
 * only while a call is pending. What the plugin prints goes to its log.
 *
 * ```ts
 * const instance = await workerPlace().start(runtime, await runtime.prepare(artifact), request, limits);
 * ```
 *
 * `start` rejects with TENON_PLACE_START if no thread can be started, with TENON_PLACE_NEIGHBOUR if another plugin in a shared
 * thread was the reason to end it, and with what loading rejects with.
 *
 * @throws TENON_OPTION_INVALID if `pool` is not a number of threads.
 */
export function workerPlace(options: WorkerPlaceOptions = {}): Place {
  const { pool = 0, standby = false } = options;
  if (!Number.isInteger(pool) || pool < 0 || pool > 1024) {
    throw optionInvalid("pool", `expected a number of threads from 0 to 1024, got ${String(pool)}`);
  }
  return new WorkerPlace(pool, standby && pool === 0 ? new Standby() : undefined);
}

class WorkerPlace implements Place {
  readonly name: string;
  readonly traits = workerTraits;
  readonly enforces = workerGrants;
  readonly isolation;
  readonly #pool: number;
  readonly #standby: Standby | undefined;
  readonly #threads = new Set<Thread>();

  constructor(pool: number, standby: Standby | undefined) {
    this.name = pool > 0 ? "worker-pool" : "worker";
    this.#pool = pool;
    this.#standby = standby;
    this.isolation = workerIsolation(0, pool > 0);
  }

  async start(runtime: Runtime, prepared: Prepared, request: StartRequest, limits: PlaceLimits): Promise<Instance> {
    const { signal } = request;
    if (signal.aborted) throw loadStopped(prepared.path, signal.reason);
    const options = this.#optionsOf(prepared, request, limits);
    const instance = await this.#startIn(this.#thread(options), runtime, prepared, request, limits);
    this.#standby?.prepare(runtime, options, (same) => this.#newThread(same));
    return instance;
  }

  #startIn(
    thread: Thread,
    runtime: Runtime,
    prepared: Prepared,
    request: StartRequest,
    limits: PlaceLimits,
  ): Promise<Instance> {
    const opened = connect(thread, prepared, request);
    /** Whether this plugin is the reason to kill the thread. */
    let isReason = false;
    const ended = opened.ended.then(
      (exit): PlaceExit =>
        exit === undefined
          ? { exit: undefined, error: connectionClosed(prepared.path) }
          : {
              exit: exit.stuck ? undefined : exit.code,
              error: exitError(exit, prepared.path, limits.memory, isReason),
              proof: exit.stuck ? "connection-closed" : "thread-ended",
              leftovers: exit.leftovers,
            },
    );
    return startRemoteInstance({
      isolation: workerIsolation(limits.memory, thread.shared),
      proof: "connection-closed",
      id: thread.id,
      channel: opened.channel,
      runtime,
      prepared,
      preparedSent: true,
      request,
      limits,
      ended,
      shared: thread.shared ? thread : undefined,
      kill: () => {
        isReason ||= thread.usable;
        thread.kill(thread.shared ? (request.name ?? prepared.path) : undefined);
      },
      hold: opened.hold,
    });
  }

  /** The thread for a plugin: its own, or the shared one with the fewest plugins. */
  #thread(options: ThreadOptions): Thread {
    if (options.shared) {
      const shared = [...this.#threads].filter(
        ({ memory, stack, shared, usable }) => shared && usable && memory === options.memory && stack === options.stack,
      );
      if (shared.length >= this.#pool)
        return shared.reduce((least, thread) => (thread.plugins < least.plugins ? thread : least));
    }
    return this.#standby?.take(options) ?? this.#newThread(options);
  }

  #newThread(options: ThreadOptions): Thread {
    const thread = new Thread(options);
    this.#threads.add(thread);
    void thread.exited.then(() => this.#threads.delete(thread));
    return thread;
  }

  #optionsOf({ path }: Prepared, { name, grants }: StartRequest, { memory, stack = 0 }: PlaceLimits): ThreadOptions {
    const alone = this.#pool === 0 || Object.keys(grants.environment ?? {}).length > 0;
    return {
      // A spare thread is for the next version of the same plugin, which may be another file.
      name: !alone ? "tenon pool" : this.#standby === undefined || name === undefined ? titleOf(name, path) : name,
      environment: grantedEnvironment(grants.environment, process.env),
      memory,
      stack,
      shared: !alone,
    };
  }

  async close(): Promise<void> {
    this.#standby?.close();
    const threads = [...this.#threads];
    for (const thread of threads) thread.kill();
    await Promise.all(threads.map((thread) => thread.exited));
  }
}

function connect(thread: Thread, prepared: Prepared, request: StartRequest): Opened {
  try {
    return thread.open(prepared, (line) => request.log(line));
  } catch (thrown) {
    if (!thread.shared) thread.kill();
    throw thrown;
  }
}
