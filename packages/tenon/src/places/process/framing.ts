import { errors } from "../../errors/index.js";

/** Bytes before each frame: its length as a little-endian u32. See docs/wire.md, "Framing". */
export const headerBytes = 4;

const blockBytes = 32 * 1024;

/**
 * Cuts a byte stream into frames: a little-endian u32 with the number of bytes, then that many bytes.
 *
 * A length is compared with the limit before anything is allocated for it. A frame that arrived in one piece is handed
 * on as a view of the chunk, so it is valid only during the call of `deliver`.
 */
export class FrameReader {
  readonly #limit: number;
  readonly #deliver: (frame: Uint8Array) => void;
  readonly #header = new Uint8Array(headerBytes);
  #headerFilled = 0;
  #body: Uint8Array | undefined;
  #bodyFilled = 0;

  /** @param limit bytes of the largest frame, its header not counted. */
  constructor(limit: number, deliver: (frame: Uint8Array) => void) {
    this.#limit = limit;
    this.#deliver = deliver;
  }

  /**
   * Takes the next bytes of the stream and delivers every frame that they complete.
   *
   * @throws TENON_WIRE_MALFORMED when a frame is longer than the limit; the reader must not be used after that.
   */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body !== undefined) at = this.#fillBody(this.#body, chunk, at);
      else if (this.#headerFilled === 0 && chunk.length - at >= headerBytes) {
        at = this.#begin(this.#checked(readLength(chunk, at)), chunk, at + headerBytes);
      } else {
        this.#header[this.#headerFilled++] = chunk[at++]!;
        if (this.#headerFilled < headerBytes) continue;
        this.#headerFilled = 0;
        at = this.#begin(this.#checked(readLength(this.#header, 0)), chunk, at);
      }
    }
  }

  /** Says what the end of the stream cut short, if it came inside a frame. */
  end(): string | undefined {
    if (this.#body !== undefined) return `a message of ${this.#body.length} bytes ends after ${this.#bodyFilled}`;
    if (this.#headerFilled > 0)
      return `the length of a message ends after ${this.#headerFilled} of ${headerBytes} bytes`;
    return undefined;
  }

  #begin(length: number, chunk: Uint8Array, at: number): number {
    if (chunk.length - at >= length) {
      this.#deliver(chunk.subarray(at, at + length));
      return at + length;
    }
    this.#body = new Uint8Array(length);
    this.#bodyFilled = 0;
    return at;
  }

  #fillBody(body: Uint8Array, chunk: Uint8Array, at: number): number {
    const taken = Math.min(body.length - this.#bodyFilled, chunk.length - at);
    body.set(chunk.subarray(at, at + taken), this.#bodyFilled);
    this.#bodyFilled += taken;
    if (this.#bodyFilled === body.length) {
      this.#body = undefined;
      this.#deliver(body);
    }
    return at + taken;
  }

  #checked(length: number): number {
    if (length <= this.#limit) return length;
    throw errors.TENON_WIRE_MALFORMED(
      `A message says that it has ${length} bytes; the limit is ${this.#limit}. It was not written by Tenon, or limits.bytes is too small.`,
    );
  }
}

/**
 * Puts the header before each frame.
 *
 * A frame is copied, since a stream may write it later than its sender uses the memory again; the copies share blocks of
 * memory that are never written to twice.
 */
export class FrameWriter {
  #block: Uint8Array = new Uint8Array(0);
  #used = 0;

  /** The bytes that stand for a frame in the stream. */
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
