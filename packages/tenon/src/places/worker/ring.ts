import { Buffer } from "node:buffer";

/**
 * A queue of frames in shared memory, written by one thread and read by another.
 *
 * Each entry is the frame's length and its `order` (both 32 bits), then its bytes, padded to a multiple of 8. `head` and
 * `tail` count bytes modulo 2³²; the bytes between them are written and not read yet.
 */
export class Ring {
  readonly #positions: Int32Array;
  readonly #head: number;
  readonly #tail: number;
  readonly #words: Int32Array;
  readonly #bytes: Buffer;
  readonly #size: number;

  /**
   * @param positions where `head` and `tail` are kept, at the indices given.
   * @param size bytes, a power of two.
   */
  constructor(
    memory: SharedArrayBuffer,
    offset: number,
    size: number,
    positions: Int32Array,
    head: number,
    tail: number,
  ) {
    this.#bytes = Buffer.from(memory, offset, size);
    this.#words = new Int32Array(memory, offset, size / 4);
    this.#size = size;
    this.#positions = positions;
    this.#head = head;
    this.#tail = tail;
  }

  /** Whether there is nothing to read. */
  get empty(): boolean {
    return Atomics.load(this.#positions, this.#head) === Atomics.load(this.#positions, this.#tail);
  }

  /**
   * Writes a frame. Returns `"full"` if there is no room for it, `"first"` if the reader may have found nothing before it, and
   * otherwise `"behind"`: then the reader has not taken the frame before, and will find this one when it does.
   */
  write(frame: Uint8Array, order: number): "full" | "first" | "behind" {
    const length = frame.byteLength;
    const needed = entryBytes(length);
    const head = Atomics.load(this.#positions, this.#head);
    const used = (head - Atomics.load(this.#positions, this.#tail)) >>> 0;
    if (needed > this.#size - used) return "full";
    const mask = this.#size - 1;
    const at = head & mask;
    this.#words[at >> 2] = length;
    this.#words[(at >> 2) + 1] = order;
    const start = (at + headBytes) & mask;
    const room = this.#size - start;
    if (length <= shortFrame && length <= room)
      for (let index = 0; index < length; index++) this.#bytes[start + index] = frame[index] as number;
    else if (length <= room) this.#bytes.set(frame, start);
    else {
      this.#bytes.set(frame.subarray(0, room), start);
      this.#bytes.set(frame.subarray(room), 0);
    }
    Atomics.store(this.#positions, this.#head, (head + needed) | 0);
    return Atomics.load(this.#positions, this.#tail) === head ? "first" : "behind";
  }

  /** Returns the order of the next frame. Only if not {@link empty}. */
  order(): number {
    const at = Atomics.load(this.#positions, this.#tail) & (this.#size - 1);
    return this.#words[(at >> 2) + 1] as number;
  }

  /** Removes the next frame and returns a copy. Only if not {@link empty}. */
  read(): Buffer {
    const tail = Atomics.load(this.#positions, this.#tail);
    const mask = this.#size - 1;
    const at = tail & mask;
    const length = this.#words[at >> 2] as number;
    // A corrupted length must not read beyond the memory.
    const size = Math.min(length >>> 0, this.#size - headBytes);
    const frame = Buffer.allocUnsafe(size);
    const start = (at + headBytes) & mask;
    const room = this.#size - start;
    if (size <= shortFrame && size <= room)
      for (let index = 0; index < size; index++) frame[index] = this.#bytes[start + index] as number;
    else {
      this.#bytes.copy(frame, 0, start, Math.min(start + size, this.#size));
      if (size > room) this.#bytes.copy(frame, room, 0, size - room);
    }
    Atomics.store(this.#positions, this.#tail, (tail + entryBytes(size)) | 0);
    return frame;
  }
}

const headBytes = 8;
const shortFrame = 64;

function entryBytes(length: number): number {
  return (headBytes + length + 7) & ~7;
}
