import { Buffer } from "node:buffer";

/** Thrown when a message grows beyond its limit. The peer turns it into TENON_CALL_TOO_LARGE. */
export class TooLarge extends Error {}

/** Thrown when a value does not have its type: says what was expected. The peer turns it into TENON_VALUE_TYPE with the path. */
export class Unencodable extends Error {}

const initialBytes = 4096;
const keptBytes = 1024 * 1024;
const shortText = 40;

/**
 * Writes numbers and text into one growing buffer, which is reused after {@link clear}.
 *
 * `ceiling` is the offset that the current message must not pass. It is checked before the buffer grows, so that a value
 * that is too large never takes up memory, and by {@link check} at the end.
 */
export class Writer {
  bytes: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  length = 0;
  ceiling = Number.POSITIVE_INFINITY;

  /** Makes room for `count` more bytes and returns the offset at which they begin. */
  reserve(count: number): number {
    const start = this.length;
    const end = start + count;
    if (end > this.bytes.length) this.#grow(end);
    this.length = end;
    return start;
  }

  byte(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  /** Unsigned LEB128 of an integer from 0 to 2⁵³ − 1. */
  varint(value: number): void {
    if (value < 0x80) {
      const at = this.reserve(1);
      this.bytes[at] = value;
      return;
    }
    let rest = value;
    while (rest > 0x7fffffff) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  u32(value: number): void {
    // Making room may replace the buffer: first the place, then the buffer.
    const at = this.reserve(4);
    this.bytes.writeUInt32LE(value, at);
  }

  /** UTF-8, preceded by its length in bytes. */
  text(value: string): void {
    const count = value.length;
    if (count <= shortText) {
      // Short text is mostly ASCII: writing it byte by byte is faster than calling the encoder.
      const at = this.reserve(count + 1);
      const { bytes } = this;
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
      this.length = at;
    }
    if (!wellFormed(value)) throw new Unencodable("string without lone surrogates");
    const size = Buffer.byteLength(value);
    this.varint(size);
    const at = this.reserve(size);
    this.bytes.write(value, at, size, "utf8");
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): void {
    const at = this.reserve(value.byteLength);
    this.bytes.set(value, at);
  }

  /** Bytes, preceded by their length. */
  blob(value: Uint8Array): void {
    this.varint(value.byteLength);
    const at = this.reserve(value.byteLength);
    this.bytes.set(value, at);
  }

  /** Throws if the current message has passed its ceiling. */
  check(): void {
    if (this.length > this.ceiling) throw new TooLarge();
  }

  /** What was written. Valid until the writer is used again. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    if (this.bytes.length > keptBytes) this.bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  #grow(end: number): void {
    if (end > this.ceiling) throw new TooLarge();
    const larger = Buffer.allocUnsafeSlow(
      Math.max(end, Math.min(this.bytes.length * 2, this.bytes.length + 64 * 1024 * 1024)),
    );
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

function wellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}
