import { TooLarge, Unfit } from "./limits.js";

/** How the value of a field is written. Source: "Encoding", "Message Structure". */
export const wire = { varint: 0, fixed64: 1, bytes: 2, group: 3, groupEnd: 4, fixed32: 5 } as const;

const shortText = 20;

const decoder = new TextDecoder("utf-8", { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    decoder.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads the parts of messages from untrusted bytes: compares every length with what is left before it allocates anything,
 * and never reads beyond `end`. Everything that it returns is a copy.
 */
export class MessageReader {
  readonly bytes: Buffer;
  /** The same memory, whose slices are no buffers. */
  readonly #plain: Uint8Array;
  readonly #view: DataView;
  at = 0;
  /** Where the message that is being read ends. */
  end: number;
  /** The field that the last tag named. */
  number = 0;
  /** The lower and the upper half of the last number of 64 bits, both unsigned. */
  low = 0;
  high = 0;
  /** What the message that is being read holds beyond its fields. */
  kept: Uint8Array[] | undefined;
  #depth = 0;
  readonly #deepest: number;
  #values: number;
  readonly #mostValues: number;

  constructor(bytes: Uint8Array, deepest: number, values: number) {
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.byteLength;
    this.#deepest = deepest;
    this.#values = this.#mostValues = values;
  }

  enter(): void {
    if (++this.#depth > this.#deepest)
      throw new TooLarge(`byte ${this.at}: messages are nested more than ${this.#deepest} levels deep`, "depth");
  }

  leave(): void {
    this.#depth--;
  }

  /** Counts values before they are made. */
  spend(count: number): void {
    this.#values -= count;
    if (this.#values < 0) throw new TooLarge(`byte ${this.at}: it has more than ${this.#mostValues} values`, "values");
  }

  keep(bytes: Uint8Array): void {
    if (this.kept === undefined) this.kept = [bytes];
    else this.kept.push(bytes);
  }

  /** Reads a tag: returns how the value is written, and sets {@link number}. */
  tag(): number {
    const tag = this.uint32();
    if (this.high !== 0) throw this.unfit("a field's number is out of range");
    this.number = tag >>> 3;
    if (this.number === 0) throw this.unfit("a field has the number 0");
    return tag & 7;
  }

  /** Reads a number of up to 64 bits; returns its lower half. */
  uint32(): number {
    if (this.at < this.end) {
      const first = this.bytes[this.at]!;
      if (first < 0x80) {
        this.at++;
        this.high = 0;
        return first;
      }
    }
    this.long();
    return this.low;
  }

  /** Reads a number of up to 64 bits into {@link low} and {@link high}. */
  long(): void {
    const { bytes, end } = this;
    let at = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= end) throw this.cut();
      const byte = bytes[at++]!;
      const part = byte & 0x7f;
      if (shift < 28) low |= part << shift;
      else if (shift === 28) {
        low |= part << 28;
        high = part >>> 4;
      } else high |= part << (shift - 32);
      if (byte < 0x80) {
        // Ten bytes hold 70 bits.
        if (shift === 63 && byte > 1) throw this.unfit("a number has more than 64 bits");
        break;
      }
      if (shift === 63) throw this.unfit("a number has more than ten bytes");
    }
    this.at = at;
    this.low = low >>> 0;
    this.high = high >>> 0;
  }

  #take(count: number): number {
    const start = this.at;
    if (count > this.end - start) throw this.cut();
    this.at = start + count;
    return start;
  }

  /** Reads eight bytes into {@link low} and {@link high}. */
  fixed64(): void {
    const start = this.#take(8);
    this.low = this.#view.getUint32(start, true);
    this.high = this.#view.getUint32(start + 4, true);
  }

  fixed32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  float(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** Reads a length. Returns where what has this length ends. */
  length(): number {
    const length = this.uint32();
    if (this.high !== 0 || length > this.end - this.at)
      throw this.unfit(`a length is larger than the ${this.end - this.at} bytes that are left`);
    return this.at + length;
  }

  blob(): Uint8Array {
    const end = this.length();
    const start = this.at;
    this.at = end;
    return this.#plain.slice(start, end);
  }

  slice(start: number, end: number): Uint8Array {
    return this.#plain.slice(start, end);
  }

  text(): string {
    const end = this.length();
    const start = this.at;
    const { bytes } = this;
    if (end - start <= shortText) {
      let text = "";
      let at = start;
      for (; at < end; at++) {
        const byte = bytes[at]!;
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
      }
      if (at === end) {
        this.at = end;
        return text;
      }
    }
    const text = bytes.toString("utf8", start, end);
    // What is not UTF-8 becomes U+FFFD, so only text that contains one needs a second look.
    if (text.includes("\ufffd") && !isUtf8(bytes.subarray(start, end))) throw this.unfit("text is not UTF-8");
    this.at = end;
    return text;
  }

  /** Skips the value of the field whose tag was read. */
  skip(kind: number): void {
    switch (kind) {
      case wire.varint:
        this.uint32();
        break;
      case wire.fixed64:
        this.#take(8);
        break;
      case wire.bytes:
        this.at = this.length();
        break;
      case wire.group: {
        const { number } = this;
        this.enter();
        for (let inner = this.tag(); inner !== wire.groupEnd; inner = this.tag()) this.skip(inner);
        this.leave();
        if (this.number !== number) throw this.unfit("a group ends that did not begin");
        break;
      }
      case wire.fixed32:
        this.#take(4);
        break;
      case wire.groupEnd:
        throw this.unfit("a group ends that did not begin");
      default:
        throw this.unfit(`there is no wire type ${kind}`);
    }
  }

  cut(): Unfit {
    return this.unfit("the message is cut short");
  }

  unfit(problem: string): Unfit {
    return new Unfit(`byte ${this.at}: ${problem}`);
  }
}
