import { loadStopped } from "../errors/factories/host.js";
import type { BuildOptions } from "./builder.js";

/** What each of the callers that share a build passed. */
type Caller = Pick<BuildOptions, "signal" | "progress">;

interface Running<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  readonly callers: Set<Caller>;
}

/**
 * Builds that run at the moment, by key: callers that ask for the same one share it. It is stopped when all of them have given
 * up; the last one waits until it has ended.
 */
export class SharedBuilds<Result> {
  readonly #running = new Map<string, Running<Result>>();
  readonly #stops: boolean;

  /** @param stops whether builds end when their signal is aborted. Otherwise no caller waits for that. */
  constructor({ stops }: { readonly stops: boolean }) {
    this.#stops = stops;
  }

  /**
   * @param subject for messages: what is built.
   * @param build receives a signal, and where to report its steps, for all callers together.
   * @throws the signal's reason if it is a coded error, otherwise TENON_LOAD_DEADLINE
   */
  run(
    key: string,
    subject: string,
    { signal, progress }: Caller,
    build: (options: Required<Pick<BuildOptions, "progress">> & { signal: AbortSignal }) => Promise<Result>,
  ): Promise<Result> {
    if (signal?.aborted) return Promise.reject(stopped(signal, subject));
    let running = this.#running.get(key);
    // A build that is being stopped has no result for who comes later.
    if (running === undefined || running.controller.signal.aborted) running = this.#start(key, build);
    return waitFor(running, { signal, progress }, subject, this.#stops);
  }

  #start(
    key: string,
    build: (options: { signal: AbortSignal; progress: (step: string) => void }) => Promise<Result>,
  ): Running<Result> {
    const controller = new AbortController();
    const callers = new Set<Caller>();
    const progress = (step: string) => {
      for (const caller of callers) caller.progress?.(step);
    };
    const result = build({ signal: controller.signal, progress }).finally(() => {
      if (this.#running.get(key) === running) this.#running.delete(key);
    });
    // Who waits for it hears of a failure.
    result.catch(() => {});
    const running = { result, controller, callers };
    this.#running.set(key, running);
    return running;
  }
}

async function waitFor<Result>(
  running: Running<Result>,
  caller: Caller,
  subject: string,
  stops: boolean,
): Promise<Result> {
  const { result, controller, callers } = running;
  const { signal } = caller;
  callers.add(caller);
  if (signal === undefined) return result;
  let abort = () => {};
  try {
    const aborted = new Promise<never>((_, reject) => {
      abort = () => {
        callers.delete(caller);
        const reason = stopped(signal, subject);
        if (callers.size === 0) controller.abort(reason);
        if (callers.size > 0 || !stops) reject(reason);
        else result.then(() => reject(reason), reject);
      };
      signal.addEventListener("abort", abort, { once: true });
    });
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function stopped({ reason }: AbortSignal, subject: string) {
  return loadStopped(subject, reason, "the build");
}
