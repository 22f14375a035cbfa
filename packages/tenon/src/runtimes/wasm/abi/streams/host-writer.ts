import { compileGuard, type Type, typeMismatch } from "../../../../contract/core.js";
import { hasComponentForm } from "../../../../contract/model/component-form.js";
import { hostStreamFailed } from "../../../../errors/factories/wasm-call.js";
import { isTenonError } from "../../../../errors/index.js";
import type { ComponentState } from "../state/component-state.js";
import type { Dependent } from "../state/concurrency.js";
import { lowerOutsideCall } from "./lower-outside-call.js";
import { type Chunk, chunkLength, copyResults, type SharedStream, type Source } from "./shared-stream.js";

const chunkType: Type = { kind: "list", element: { kind: "u8" } };

/**
 * Writes an iterable of the host to a guest's stream. It asks for the next element when the guest reads. A stream cannot
 * carry a failure of the iterable. So that the guest does not take what it has for complete, the instance fails, unless
 * its guest library asks how streams ended.
 */
export class HostWriter implements Dependent {
  readonly #shared: SharedStream;
  readonly #state: ComponentState;
  readonly #iterator: AsyncIterator<unknown>;
  #isBusy = false;
  #isDone = false;

  constructor(shared: SharedStream, iterable: AsyncIterable<unknown>, state: ComponentState) {
    this.#shared = shared;
    this.#state = state;
    this.#iterator = iterable[Symbol.asyncIterator]();
    state.concurrency.dependents.add(this);
    shared.onReader = () => this.#pull();
  }

  fail(): void {
    this.#stop();
  }

  #pull(): void {
    if (this.#isDone) return;
    if (this.#shared.isDropped) {
      this.#stop();
      return;
    }
    if (this.#isBusy || !this.#shared.hasReader) return;
    this.#isBusy = true;
    this.#advance().catch((cause: unknown) => {
      this.#stop();
      fail(this.#state, this.#shared, cause);
    });
  }

  async #advance(): Promise<void> {
    const step = await this.#iterator.next();
    if (this.#isDone) return;
    if (step.done === true) {
      this.#isDone = true;
      this.#state.concurrency.dependents.delete(this);
      this.#shared.drop();
      return;
    }
    const chunk = chunkOf(this.#shared.element, step.value);
    lowerOutsideCall(this.#state, "stream", () => this.#write(hostSource(chunk, this.#shared.element)));
  }

  /** Writes the elements; those that the guest has no room for wait until it reads again. */
  #write(source: Source): void {
    const written = () => {
      this.#isBusy = false;
      // Let the reader be notified first; elements that are written before that join the same notification.
      queueMicrotask(() => this.#pull());
    };
    this.#shared.write(source, {
      owner: undefined,
      copied: (reclaim) => {
        if (source.remaining > 0) return;
        reclaim();
        written();
      },
      ended: (result) => {
        if (result === copyResults.dropped) this.#stop();
        else if (source.remaining > 0) this.#write(source);
        else written();
      },
    });
  }

  #stop(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#state.concurrency.dependents.delete(this);
    // Nothing useful to do if the iterable's clean-up fails: the stream has ended for its reader.
    Promise.resolve(this.#iterator.return?.()).catch(() => {});
  }
}

/** Writes the value of a host's promise to a guest's future. A future cannot carry a rejection: that fails the instance. */
export function writeFuture(shared: SharedStream, promise: unknown, state: ComponentState): void {
  Promise.resolve(promise).then(
    (value) => {
      if (state.trapped !== undefined || shared.isDropped) return;
      lowerOutsideCall(state, "future", () => {
        const source = hostSource(chunkOf(shared.element, value, false), shared.element);
        shared.write(source, { owner: undefined, copied: (reclaim) => reclaim(), ended: () => {} });
      });
    },
    (cause: unknown) => {
      if (!shared.isDropped) fail(state, shared, cause);
    },
  );
}

/** @throws TENON_VALUE_TYPE if the value is not an element of the stream. */
function chunkOf(element: Type | undefined, value: unknown, inPieces = true): Chunk {
  if (element === undefined) return 1;
  const type = element.kind === "u8" && inPieces ? chunkType : element;
  if (!compileGuard(type)(value)) throw typeMismatch(type, value, "stream element");
  if (element.kind === "u8") return inPieces ? (value as Uint8Array) : new Uint8Array([value as number]);
  return [value];
}

function hostSource(chunk: Chunk, element: Type | undefined): Source {
  let rest = chunk;
  return {
    form: element !== undefined && hasComponentForm(element) ? element : undefined,
    get remaining() {
      return chunkLength(rest);
    },
    take(count) {
      const [taken, left] = split(rest, count);
      rest = left;
      return taken;
    },
  };
}

function split(chunk: Chunk, count: number): readonly [Chunk, Chunk] {
  if (typeof chunk === "number") return [count, chunk - count];
  if (chunk instanceof Uint8Array) return [chunk.subarray(0, count), chunk.subarray(count)];
  return [chunk.slice(0, count), chunk.slice(count)];
}

function fail(state: ComponentState, shared: SharedStream, cause: unknown): void {
  const error = isTenonError(cause, "TENON_STREAM_BROKEN")
    ? cause
    : hostStreamFailed(state.subject, shared.kind, cause);
  if (state.concurrency.observesStreamFailures) {
    shared.break(error);
    return;
  }
  lowerOutsideCall(state, shared.kind, () => {
    throw error;
  });
}
