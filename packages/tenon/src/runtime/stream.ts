import { streamBroken } from "../errors/factories/call.js";
import { isMadeHere, type TenonError } from "../errors/index.js";
import { unreadable } from "./unreadable.js";

/** What ends the streams and futures that are open: the boundary that they cross. */
export interface Operations {
  /** Registers one, and returns the function that ends it. */
  begin(interrupt: (reason: TenonError) => void): () => void;
}

/**
 * Wraps a stream that crosses a boundary. It is pulled one element at a time, so that the writer never runs ahead of the
 * reader. Each element is checked and converted. The stream always ends when the reader stops or the boundary closes.
 */
export function guardedStream(
  source: AsyncIterable<unknown>,
  convert: (value: unknown) => unknown,
  boundary: Operations,
): AsyncIterableIterator<unknown> {
  const iterator = source[Symbol.asyncIterator]();
  let failure: TenonError | undefined;
  let ended = false;
  // Not one promise to race against: it would keep a reaction, and so the element, of every race until it settles.
  const waiting = new Set<(reason: TenonError) => void>();
  const finish = boundary.begin((reason) => {
    if (ended) return;
    ended = true;
    failure = broken(reason);
    for (const interrupt of waiting) interrupt(failure);
    waiting.clear();
    void stop(iterator);
  });
  const pull = () =>
    new Promise<IteratorResult<unknown>>((resolve, reject) => {
      waiting.add(reject);
      const settle = () => waiting.delete(reject);
      Promise.resolve(iterator.next()).then(
        (step) => settle() && resolve(step),
        (cause: unknown) => settle() && reject(cause),
      );
    });
  const end = () => {
    ended = true;
    finish();
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (failure !== undefined) throw failure;
      if (ended) return { done: true, value: undefined };
      let step: IteratorResult<unknown>;
      try {
        step = await pull();
      } catch (cause) {
        end();
        throw cause === failure ? failure : broken(cause);
      }
      if (step.done === true) {
        end();
        return { done: true, value: undefined };
      }
      try {
        return { done: false, value: convert(step.value) };
      } catch (cause) {
        end();
        await stop(iterator);
        throw unreadable(cause, "stream element");
      }
    },
    async return() {
      if (!ended) {
        end();
        await stop(iterator);
      }
      return { done: true, value: undefined };
    },
  };
}

/** Wraps a promise that crosses a boundary: its value is converted, and it rejects if the boundary closes first. */
export function guardedPromise(
  source: PromiseLike<unknown>,
  convert: (value: unknown) => unknown,
  boundary: Operations,
): Promise<unknown> {
  const result = new Promise<unknown>((resolve, reject) => {
    const finish = boundary.begin(reject);
    source.then(
      (value) => {
        finish();
        try {
          resolve(convert(value));
        } catch (cause) {
          reject(unreadable(cause, "future value"));
        }
      },
      (cause: unknown) => {
        finish();
        reject(broken(cause));
      },
    );
  });
  // Code that awaits it still sees the rejection. A future that is never read must not crash the program.
  result.catch(() => {});
  return result;
}

async function stop(iterator: AsyncIterator<unknown>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // The stream has ended for its reader: there is nothing to report the writer's clean-up error to.
  }
}

function broken(cause: unknown): TenonError {
  if (isMadeHere(cause) && cause.code === "TENON_STREAM_BROKEN") return cause;
  return streamBroken(cause);
}
