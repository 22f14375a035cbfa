import { blobTooShort, frameTooLong } from "../../errors/factories/place.js";
import { blobBytes } from "../../rpc/index.js";

/** Bytes before each frame: its length as a little-endian u32. See docs/wire.md, "Framing". */
export const headerBytes = 4;

const blockBytes = 32 * 1024;

/**
 * Splits a byte stream into frames: a little-endian u32 with the number of bytes, then that many bytes. A length of 0 stands
 * before a blob of the next frame: another u32 with its length, then its bytes, which go into memory of their own.
 *
 * A length is checked against the limit before memory is allocated for it. A frame that arrived in one piece is passed on
 * as a view of the chunk, so it is valid only during the call of `deliver`. `deliver` may itself call {@link push} with
 * the next chunk: the frames still come in order.
 */
export class FrameReader {
  readonly #limit: number;
  readonly #deliver: Deliver;
  readonly #header = new Uint8Array(headerBytes);
  #headerFilled = 0;
  #body: Uint8Array | undefined;
  #bodyFilled = 0;
  #announcesBlob = false;
  #bodyIsBlob = false;
  #blobs: Uint8Array[] = [];
  #blobBytes = 0;
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** @param limit bytes of the largest frame, without its header; and of all blobs of a frame. */
  constructor(limit: number, deliver: Deliver) {
    this.#limit = limit;
    this.#deliver = deliver;
  }

  /**
   * Takes the next bytes of the stream and delivers every frame that they complete.
   *
   * @throws TENON_WIRE_MALFORMED if a frame is longer than the limit; the reader must not be used after that.
   */
  push(chunk: Uint8Array): void {
    while (this.next());
    this.#chunk = chunk;
    this.#at = 0;
    while (this.next());
  }

  /** Delivers the next frame of the pushed bytes. Returns whether there was one. @throws as {@link push} does. */
  next(): boolean {
    while (this.#at < this.#chunk.length) {
      if (this.#body !== undefined) {
        if (this.#fillBody(this.#body)) return true;
      } else if (this.#headerFilled === 0 && this.#chunk.length - this.#at >= headerBytes) {
        this.#at += headerBytes;
        if (this.#begin(readLength(this.#chunk, this.#at - headerBytes))) return true;
      } else {
        this.#header[this.#headerFilled++] = this.#chunk[this.#at++]!;
        if (this.#headerFilled < headerBytes) continue;
        this.#headerFilled = 0;
        if (this.#begin(readLength(this.#header, 0))) return true;
      }
    }
    return false;
  }

  /** Describes what the end of the stream cut short, if it came inside a frame. */
  end(): string | undefined {
    if (this.#body !== undefined) return `a message of ${this.#body.length} bytes ends after ${this.#bodyFilled}`;
    if (this.#headerFilled > 0)
      return `the length of a message ends after ${this.#headerFilled} of ${headerBytes} bytes`;
    if (this.#announcesBlob || this.#blobs.length > 0) return "a message ends after its first bytes";
    return undefined;
  }

  /** Takes a length. Returns whether it, and what was there, completed a frame. */
  #begin(length: number): boolean {
    if (this.#announcesBlob) {
      this.#announcesBlob = false;
      this.#beginBlob(length);
      return false;
    }
    if (length === 0) {
      this.#announcesBlob = true;
      return false;
    }
    if (length > this.#limit) throw frameTooLong(length, this.#limit);
    const chunk = this.#chunk;
    const from = this.#at;
    if (chunk.length - from >= length) {
      this.#at = from + length;
      this.#complete(chunk.subarray(from, from + length));
      return true;
    }
    this.#body = new Uint8Array(length);
    this.#bodyFilled = 0;
    return false;
  }

  #beginBlob(length: number): void {
    this.#blobBytes += length;
    if (this.#blobBytes > this.#limit) throw frameTooLong(this.#blobBytes, this.#limit);
    if (length < blobBytes) throw blobTooShort(length, blobBytes);
    this.#body = new Uint8Array(length);
    this.#bodyFilled = 0;
    this.#bodyIsBlob = true;
  }

  #complete(frame: Uint8Array): void {
    // What was delivered may be kept: the next blobs need another array.
    const blobs = this.#blobs.splice(0);
    this.#blobBytes = 0;
    this.#deliver(frame, blobs);
  }

  #fillBody(body: Uint8Array): boolean {
    const taken = Math.min(body.length - this.#bodyFilled, this.#chunk.length - this.#at);
    body.set(this.#chunk.subarray(this.#at, this.#at + taken), this.#bodyFilled);
    this.#bodyFilled += taken;
    this.#at += taken;
    if (this.#bodyFilled < body.length) return false;
    this.#body = undefined;
    if (!this.#bodyIsBlob) {
      this.#complete(body);
      return true;
    }
    this.#bodyIsBlob = false;
    this.#blobs.push(body);
    return false;
  }
}

type Deliver = (frame: Uint8Array, blobs: readonly Uint8Array[]) => void;

/**
 * Puts the header before each frame.
 *
 * Frames are copied, because a stream may write one after its sender has reused the memory. The copies share blocks of
 * memory that are never written twice.
 */
export class FrameWriter {
  #block: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** Returns what goes into the stream for a frame with its blobs, piece by piece. Blobs are not copied. */
  pieces(frame: Uint8Array, blobs: readonly Uint8Array[]): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (const blob of blobs) {
      const header = new Uint8Array(2 * headerBytes);
      writeLength(header, headerBytes, blob.length);
      pieces.push(header, blob);
    }
    pieces.push(this.encode(frame));
    return pieces;
  }

  /** Returns a frame without blobs, with its header, as it goes into the stream. */
  encode(frame: Uint8Array): Uint8Array {
    const needed = headerBytes + frame.length;
    if (this.#block.length - this.#used < needed) {
      this.#block = new Uint8Array(Math.max(needed, blockBytes));
      this.#used = 0;
    }
    const at = this.#used;
    writeLength(this.#block, at, frame.length);
    this.#block.set(frame, at + headerBytes);
    this.#used = at + needed;
    return this.#block.subarray(at, this.#used);
  }
}

function readLength(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}

function writeLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at] = length;
  bytes[at + 1] = length >>> 8;
  bytes[at + 2] = length >>> 16;
  bytes[at + 3] = length >>> 24;
}
