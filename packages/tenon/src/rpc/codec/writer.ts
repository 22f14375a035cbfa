import { Buffer } from "node:buffer";
import { isWellFormed } from "../../contract/json/well-formed.js";

/** Thrown when a message grows beyond its limit. The peer turns it into TENON_CALL_TOO_LARGE. */
export class TooLarge extends Error {}

/** Thrown when a value does not have its type: says what was expected. The peer turns it into TENON_VALUE_TYPE with the path. */
export class Unencodable extends Error {}

/** Bytes of this length and more are not part of the frame, but travel beside it: see docs/wire.md, "Blobs". */
export const blobBytes = 64 * 1024;

/** The blobs of a frame without any. */
export const noBlobs: readonly Uint8Array[] = [];

const initialBytes = 4096;
const keptBytes = 1024 * 1024;
const shortText = 40;

/**
 * Writes numbers and text into one growing buffer, which is reused after {@link clear}.
 *
 * Large bytes are not written into the buffer: they become blobs, each copied once.
 *
 * `ceiling` is what {@link size} must not pass in the current message. It is checked before the buffer grows, so that a
 * value that is too large never takes up memory, and by {@link check} at the end.
 */
export class Writer {
  bytes: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  length = 0;
  ceiling = Number.POSITIVE_INFINITY;
  /** How often the value that is being written is inside another one of its recursive type. */
  depth = 0;
  /** The large bytes, in order. Each has an `ArrayBuffer` of its own. */
  blobs: Uint8Array[] = [];
  #blobBytes = 0;
  /** Which of the blobs are still their giver's memory. */
  #owned: { readonly index: number; readonly byteLength: number }[] = [];

  /** How many bytes were written, with those of the blobs. */
  get size(): number {
    return this.length + this.#blobBytes;
  }

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
    if (!isWellFormed(value)) throw new Unencodable("string without lone surrogates");
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

  /**
   * Bytes, preceded by their length.
   *
   * @param owned The giver gives them up. They are taken by {@link take}, so that a message that is not sent takes nothing.
   */
  blob(value: Uint8Array, owned = false): void {
    const { byteLength } = value;
    this.varint(byteLength);
    if (byteLength < blobBytes) {
      const at = this.reserve(byteLength);
      this.bytes.set(value, at);
      return;
    }
    if (this.size + byteLength > this.ceiling) throw new TooLarge();
    if (owned && isWhole(value) && !this.#owned.some(({ index }) => this.blobs[index]!.buffer === value.buffer)) {
      this.#owned.push({ index: this.blobs.length, byteLength });
      this.#add(value);
    } else this.#add(copyOf(value));
  }

  /**
   * Takes the memory of the bytes that were given up: their giver has none any more.
   *
   * @param later Sending the blobs will take it.
   */
  take(later: boolean): void {
    if (this.#owned.length === 0) return;
    // A getter may have given them to another call meanwhile.
    for (const { index, byteLength } of this.#owned)
      if (this.blobs[index]!.byteLength !== byteLength) throw new Unencodable("bytes that were not given up before");
    const owned = this.#owned.splice(0);
    if (later) return;
    for (const { index } of owned) this.blobs[index] = moved(this.blobs[index]!);
  }

  /** Messages of another writer, with their blobs. */
  append(messages: Uint8Array, blobs: readonly Uint8Array[]): void {
    this.raw(messages);
    for (const blob of blobs) this.#add(blob);
  }

  /** Forgets everything that was written after a mark: a length, and a number of blobs. */
  rewind(length: number, blobs: number): void {
    this.length = length;
    for (const { byteLength } of this.blobs.splice(blobs)) this.#blobBytes -= byteLength;
    this.#owned = this.#owned.filter(({ index }) => index < blobs);
  }

  /** Throws if the current message has passed its ceiling. */
  check(): void {
    if (this.size > this.ceiling) throw new TooLarge();
  }

  /** What was written. Valid until the writer is used again. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
    if (this.blobs.length > 0) this.blobs = [];
    this.#blobBytes = 0;
    if (this.bytes.length > keptBytes) this.bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  #add(blob: Uint8Array): void {
    this.blobs.push(blob);
    this.#blobBytes += blob.byteLength;
  }

  #grow(end: number): void {
    if (end + this.#blobBytes > this.ceiling) throw new TooLarge();
    const larger = Buffer.allocUnsafeSlow(
      Math.max(end, Math.min(this.bytes.length * 2, this.bytes.length + 64 * 1024 * 1024)),
    );
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }
}

/** Whether bytes are all of their memory, and the memory can move. */
function isWhole({ buffer, byteLength }: Uint8Array): boolean {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength && (buffer as any).resizable !== true;
}

function copyOf(value: Uint8Array): Uint8Array {
  const copy = new Uint8Array(Buffer.allocUnsafeSlow(value.byteLength).buffer);
  copy.set(value);
  return copy;
}

/** The same memory, which the giver loses. Memory that cannot move, such as a WebAssembly instance's, is copied. */
function moved({ buffer }: Uint8Array): Uint8Array {
  try {
    return new Uint8Array(structuredClone(buffer, { transfer: [buffer as ArrayBuffer] }));
  } catch {
    return copyOf(new Uint8Array(buffer));
  }
}
