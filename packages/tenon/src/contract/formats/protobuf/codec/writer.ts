import { isWellFormed } from "../../../json/well-formed.js";
import { TooLarge, Unfit } from "./limits.js";

const initialBytes = 1024;
const shortText = 24;

/** Writes the parts of messages into one growing buffer. */
export class MessageWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  #view: DataView = new DataView(this.#bytes.buffer);
  at = 0;
  mostBytes = 0;
  deepest = 0;
  #depth = 0;

  begin(mostBytes: number, deepest: number): this {
    this.at = 0;
    this.#depth = 0;
    this.mostBytes = mostBytes;
    this.deepest = deepest;
    return this;
  }

  /** Returns a copy of what was written. */
  finish(): Uint8Array {
    if (this.at > this.mostBytes) throw new TooLarge(`it has more than ${this.mostBytes} bytes`, "bytes");
    const copy = new Uint8Array(this.at);
    copy.set(this.#bytes.subarray(0, this.at));
    return copy;
  }

  /** How many bytes the buffer takes up. */
  get capacity(): number {
    return this.#bytes.length;
  }

  enter(): void {
    if (++this.#depth > this.deepest)
      throw new TooLarge(`messages are nested more than ${this.deepest} levels deep`, "depth");
  }

  leave(): void {
    this.#depth--;
  }

  #reserve(count: number): number {
    const start = this.at;
    const end = start + count;
    if (end > this.#bytes.length) this.#grow(end);
    this.at = end;
    return start;
  }

  #grow(least: number): void {
    if (least > this.mostBytes) throw new TooLarge(`it has more than ${this.mostBytes} bytes`, "bytes");
    const bytes = Buffer.allocUnsafeSlow(Math.min(this.mostBytes, Math.max(least, 2 * this.#bytes.length)));
    this.#bytes.copy(bytes, 0, 0, this.at);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  /** An unsigned number of 32 bits. */
  uint32(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      const at = this.#reserve(1);
      this.#bytes[at] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    const at = this.#reserve(1);
    this.#bytes[at] = rest;
  }

  /** A number of 64 bits, from its two halves. */
  long(low: number, high: number): void {
    let lower = low;
    let upper = high;
    while (upper !== 0) {
      const at = this.#reserve(1);
      this.#bytes[at] = (lower & 0x7f) | 0x80;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.uint32(lower);
  }

  fixed32(value: number): void {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
  }

  fixed64(low: number, high: number): void {
    const at = this.#reserve(8);
    this.#view.setUint32(at, low, true);
    this.#view.setUint32(at + 4, high, true);
  }

  float(value: number): void {
    const at = this.#reserve(4);
    this.#view.setFloat32(at, value, true);
  }

  double(value: number): void {
    const at = this.#reserve(8);
    this.#view.setFloat64(at, value, true);
  }

  /** UTF-8, after its length. */
  text(value: string): void {
    const count = value.length;
    if (count <= shortText) {
      const at = this.#reserve(count + 1);
      const bytes = this.#bytes;
      let index = 0;
      for (; index < count; index++) {
        const code = value.charCodeAt(index);
        if (code >= 0x80) break;
        bytes[at + 1 + index] = code;
      }
      if (index === count) {
        bytes[at] = count;
        return;
      }
      this.at = at;
    }
    if (!isWellFormed(value)) throw new Unfit("text has half of a surrogate pair, which UTF-8 cannot say");
    const size = Buffer.byteLength(value);
    this.uint32(size);
    const at = this.#reserve(size);
    this.#bytes.write(value, at, size, "utf8");
  }

  /** Bytes, after their length. */
  blob(value: Uint8Array): void {
    this.uint32(value.byteLength);
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    const at = this.#reserve(value.byteLength);
    this.#bytes.set(value, at);
  }

  /** Begins what is preceded by its length. Returns what {@link end} needs. */
  open(): number {
    this.#reserve(1);
    return this.at;
  }

  close(start: number): void {
    const length = this.at - start;
    if (length < 0x80) {
      this.#bytes[start - 1] = length;
      return;
    }
    // Most messages are short: one byte was kept for the length, and the rest moves if it takes more.
    const more = length < 0x4000 ? 1 : length < 0x20_0000 ? 2 : length < 0x1000_0000 ? 3 : 4;
    this.#reserve(more);
    this.#bytes.copyWithin(start + more, start, start + length);
    const end = this.at;
    this.at = start - 1;
    this.uint32(length);
    this.at = end;
  }
}
