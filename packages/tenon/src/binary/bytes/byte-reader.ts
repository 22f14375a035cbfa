import { malformed } from "../../errors/factories/binary.js";

const text = new TextDecoder();

/**
 * Reads numbers and strings in one byte order, with bounds checks. A read past the end throws TENON_BINARY_MALFORMED; no
 * read returns a wrong or partial value.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, littleEndian = true) {
    this.bytes = bytes;
    this.littleEndian = littleEndian;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(offset: number): number {
    this.#expect(offset, 1);
    return this.#view.getUint8(offset);
  }

  u16(offset: number): number {
    this.#expect(offset, 2);
    return this.#view.getUint16(offset, this.littleEndian);
  }

  u32(offset: number): number {
    this.#expect(offset, 4);
    return this.#view.getUint32(offset, this.littleEndian);
  }

  i32(offset: number): number {
    this.#expect(offset, 4);
    return this.#view.getInt32(offset, this.littleEndian);
  }

  /** An unsigned 64-bit value that must be exact as a number: offsets, sizes, addresses. */
  u64(offset: number): number {
    this.#expect(offset, 8);
    const first = this.#view.getUint32(offset, this.littleEndian);
    const second = this.#view.getUint32(offset + 4, this.littleEndian);
    const high = this.littleEndian ? second : first;
    // Not with a bigint: this runs hundreds of thousands of times.
    if (high >= 0x20_0000) throw malformed("a 64-bit value is too large for an offset, size or address", offset);
    return high * 0x1_0000_0000 + (this.littleEndian ? first : second);
  }

  /** An unsigned 64-bit value of any size. */
  u64Wide(offset: number): bigint {
    this.#expect(offset, 8);
    return this.#view.getBigUint64(offset, this.littleEndian);
  }

  /** A pointer or size of 4 or 8 bytes. */
  word(offset: number, bits: 32 | 64): number {
    return bits === 64 ? this.u64(offset) : this.u32(offset);
  }

  /** Returns a view of a part. */
  slice(offset: number, length: number): Uint8Array {
    this.#expect(offset, length);
    return this.bytes.subarray(offset, offset + length);
  }

  /** UTF-8 of a known length. */
  text(offset: number, length: number): string {
    return text.decode(this.slice(offset, length));
  }

  /** UTF-8 up to a NUL byte, which must follow within `limit` bytes. */
  cString(offset: number, limit = 1 << 16): string {
    this.#expect(offset, 0);
    const length = this.bytes.subarray(offset, offset + limit + 1).indexOf(0);
    if (length < 0) throw malformed("a string does not end", offset);
    return text.decode(this.bytes.subarray(offset, offset + length));
  }

  #expect(offset: number, length: number): void {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.bytes.length))
      throw malformed(`cannot read ${length} bytes: the data has ${this.bytes.length} bytes`, offset);
  }
}
