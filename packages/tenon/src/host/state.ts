import type { CallControl, Instance } from "../runtime/index.js";

/** A state that was saved and is kept: a value, or its text as it came from a thread or process. */
export type SavedState = { readonly value: unknown } | { readonly parts: readonly Uint8Array[] };

/** Saves a state in order to keep it. Returns `undefined` if there is none. */
export async function saveState(from: Instance, control: CallControl): Promise<SavedState | undefined> {
  if (from.saveText === undefined) {
    const value = await from.save(control);
    return value === undefined ? undefined : { value };
  }
  const parts: Uint8Array[] = [];
  const saved = await from.saveText(async (part) => void parts.push(part), control);
  return saved ? { parts } : undefined;
}

export async function restoreState(to: Instance, state: SavedState, control: CallControl): Promise<void> {
  if ("value" in state) await to.restore(state.value, control);
  else if (to.restoreText !== undefined) await to.restoreText(each(state.parts), control);
  else await to.restore(JSON.parse(Buffer.concat(state.parts).toString()), control);
}

/**
 * Moves a state from one instance to the other. Between two threads or processes its parts are passed on as they come, and
 * the host neither reads nor keeps them. Returns whether there is a state.
 */
export async function moveState(from: Instance, to: Instance, control: CallControl): Promise<boolean> {
  if (from.saveText === undefined || to.restoreText === undefined) {
    const state = await saveState(from, control);
    if (state !== undefined) await restoreState(to, state, control);
    return state !== undefined;
  }
  const pipe = new Pipe();
  let restoring: Promise<void> | undefined;
  try {
    const saved = await from.saveText((part) => {
      restoring ??= to.restoreText?.(pipe, control).catch((error: unknown) => pipe.failed(error));
      return pipe.write(part);
    }, control);
    pipe.end();
    await restoring;
    if (pipe.failure !== undefined) throw pipe.failure.error;
    return saved;
  } catch (error) {
    // If the reader failed first, what the writer failed with is only a consequence.
    if (pipe.failure !== undefined) throw pipe.failure.error;
    pipe.break(error);
    await restoring;
    throw error;
  }
}

async function* each(parts: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* parts;
}

/** Passes parts on, one at a time: a write resolves once the reader has taken the part and asks for the next one. */
class Pipe implements AsyncIterable<Uint8Array> {
  /** What the reader failed with. */
  failure: { readonly error: unknown } | undefined;
  #part: { readonly bytes: Uint8Array; settle(): void } | undefined;
  #wake: () => void = () => {};
  #ended = false;
  #broken: { readonly error: unknown } | undefined;

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = () => (this.failure === undefined ? resolve() : reject(this.failure.error));
      if (this.failure !== undefined) settle();
      this.#part = { bytes, settle };
      this.#wake();
    });
  }

  /** Everything is written. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The writer failed: so does the reader. */
  break(error: unknown): void {
    this.#broken = { error };
    this.#wake();
  }

  /** The reader failed: so does the writer. */
  failed(error: unknown): void {
    this.failure = { error };
    this.#part?.settle();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    for (;;) {
      if (this.#broken !== undefined) throw this.#broken.error;
      const part = this.#part;
      if (part !== undefined) {
        yield part.bytes;
        this.#part = undefined;
        part.settle();
      } else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
