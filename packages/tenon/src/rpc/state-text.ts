import { stateNotJson, statePartUnexpected } from "../errors/factories/wire.js";

/** How many characters of a state are sent at a time. */
const partLength = 256 * 1024;

/** Writes a state as JSON text in UTF-8, in parts. Each waits until the one before it was taken. */
export async function writeState(state: unknown, write: (part: Uint8Array) => Promise<unknown>): Promise<void> {
  const text = stringify(state);
  const encoder = new TextEncoder();
  for (let from = 0; from < text.length; ) {
    let to = Math.min(from + partLength, text.length);
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--;
    await write(encoder.encode(text.slice(from, to)));
    from = to;
  }
}

function stringify(state: unknown): string {
  try {
    return JSON.stringify(state);
  } catch (cause) {
    throw stateNotJson(cause);
  }
}

/** Between the two halves of a character, a text cannot be cut. */
function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

/** Puts a state together from its parts. */
export class StateReader {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #texts: string[] = [];

  /** @throws TENON_STATE_FAILED if the part is not UTF-8. */
  add(part: Uint8Array): void {
    try {
      this.#texts.push(this.#decoder.decode(part, { stream: true }));
    } catch (cause) {
      throw stateNotJson(cause);
    }
  }

  /** @throws TENON_STATE_FAILED if the parts are not JSON text. */
  finish(): unknown {
    const text = this.#texts.join("");
    this.#texts = [];
    try {
      return JSON.parse(text + this.#decoder.decode());
    } catch (cause) {
      throw stateNotJson(cause);
    }
  }
}

/** Takes the parts of a state from the other side, one at a time, while this side asks for them. */
export class StateSink {
  #write: ((part: Uint8Array) => Promise<void>) | undefined;
  #busy = false;

  /** Passes parts on to `write` while `during` runs. */
  async open<T>(write: (part: Uint8Array) => Promise<void>, during: () => Promise<T>): Promise<T> {
    this.#write = write;
    try {
      return await during();
    } finally {
      this.#write = undefined;
    }
  }

  /** A part arrived. The other side sends the next one after this has resolved. */
  async take(part: Uint8Array): Promise<void> {
    if (this.#write === undefined || this.#busy) throw statePartUnexpected();
    this.#busy = true;
    try {
      // The frame that the part is in is reused.
      await this.#write(part.slice());
    } finally {
      this.#busy = false;
    }
  }
}
