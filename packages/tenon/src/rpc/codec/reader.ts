import { Buffer, isUtf8 } from "node:buffer";
import { blobBytes, noBlobs } from "./writer.js";

/** Thrown when bytes cannot be read. The peer turns it into TENON_WIRE_MALFORMED and closes the connection. */
export class Unreadable extends Error {}

const shortText = 16;

/** Bytes with a frame: the blobs that it refers to, in order. */
type Blobs = readonly Uint8Array[];

/**
 * Reads numbers and text from untrusted bytes. Compares every length with what is left before it allocates anything, and
 * never reads beyond `end`. Everything that it returns is a copy, or a blob of its own.
 */
export class Reader {
  readonly bytes: Buffer;
  position: number;
  end: number;
  /** How often the value that is being read is inside another one of its recursive type. */
  depth = 0;

  /** How many bytes of blobs were read: set it to 0 where counting begins. */
  blobBytes = 0;
  readonly #blobs: Blobs;
  #nextBlob = 0;

  constructor(bytes: Uint8Array, blobs: Blobs = noBlobs, position = 0, end: number = bytes.byteLength) {
    this.#blobs = blobs;
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
    this.end = end;
  }

  get left(): number {
    return this.end - this.position;
  }

  byte(): number {
    if (this.position >= this.end) throw new Unreadable("it is cut short");
    return this.bytes[this.position++] as number;
  }

  /** Skips `count` bytes and returns the offset at which they begin. */
  take(count: number): number {
    const start = this.position;
    if (count > this.end - start) throw new Unreadable("it is cut short");
    this.position = start + count;
    return start;
  }

  /** Unsigned LEB128 of at most 53 bits, in its shortest form. */
  varint(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let scale = 0x80;
    for (;;) {
      const next = this.byte();
      value += (next & 0x7f) * scale;
      if (value > Number.MAX_SAFE_INTEGER) throw new Unreadable("a number is too large");
      if (next < 0x80) {
        if (next === 0) throw new Unreadable("a number is not in its shortest form");
        return value;
      }
      scale *= 0x80;
    }
  }

  u32(): number {
    return this.bytes.readUInt32LE(this.take(4));
  }

  /** A count of elements, each of at least one byte. */
  count(): number {
    const count = this.varint();
    if (count > this.left) throw new Unreadable("a length is larger than the message");
    return count;
  }

  text(): string {
    const size = this.count();
    const start = this.take(size);
    const { bytes } = this;
    if (size <= shortText) {
      let text = "";
      let index = start;
      for (; index < start + size; index++) {
        const code = bytes[index] as number;
        if (code >= 0x80) break;
        text += String.fromCharCode(code);
      }
      if (index === start + size) return text;
    }
    const text = bytes.toString("utf8", start, start + size);
    // The decoder replaces what is not UTF-8 by U+FFFD, so only text that contains one needs a second look.
    if (text.includes("\ufffd") && !isUtf8(bytes.subarray(start, start + size)))
      throw new Unreadable("text is not UTF-8");
    return text;
  }

  /** The blobs that were not read. */
  get restOfBlobs(): Blobs {
    return this.#nextBlob === 0 ? this.#blobs : this.#blobs.slice(this.#nextBlob);
  }

  /** Bytes, preceded by their length. Returns a copy, or the next blob. */
  blob(): Uint8Array {
    const size = this.varint();
    if (size >= blobBytes) return this.#takeBlob(size);
    if (size > this.left) throw new Unreadable("a length is larger than the message");
    const start = this.take(size);
    const copy = new Uint8Array(size);
    copy.set(this.bytes.subarray(start, start + size));
    return copy;
  }

  #takeBlob(size: number): Uint8Array {
    const blob = this.#blobs[this.#nextBlob];
    if (blob?.byteLength !== size) throw new Unreadable("a length does not fit the blob of the frame");
    this.#nextBlob++;
    this.blobBytes += size;
    return blob;
  }

  /** Throws unless everything was read. */
  finish(): void {
    if (this.position !== this.end) throw new Unreadable("bytes are left over at its end");
  }
}
