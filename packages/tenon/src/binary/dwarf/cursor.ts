import { malformed } from "../../errors/factories/binary.js";
import type { ByteReader } from "../bytes/byte-reader.js";

const longestLeb = 10;

/** Reads sequentially from an offset in a section of debug data. */
export class DwarfCursor {
  readonly reader: ByteReader;
  at: number;

  constructor(reader: ByteReader, at: number) {
    this.reader = reader;
    this.at = at;
  }

  u8(): number {
    return this.reader.u8(this.at++);
  }

  u16(): number {
    const value = this.reader.u16(this.at);
    this.at += 2;
    return value;
  }

  u24(): number {
    const { reader } = this;
    const [first, second, third] = [this.u8(), this.u8(), this.u8()];
    return reader.littleEndian ? first + second * 256 + third * 65536 : first * 65536 + second * 256 + third;
  }

  u32(): number {
    const value = this.reader.u32(this.at);
    this.at += 4;
    return value;
  }

  u64(): number {
    const value = this.reader.u64(this.at);
    this.at += 8;
    return value;
  }

  /** An offset into a section: 4 bytes, or 8 in the 64-bit form. */
  offset(is64: boolean): number {
    return is64 ? this.u64() : this.u32();
  }

  /** Unsigned LEB128. Beyond 2^53 the value is not exact. */
  uleb(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < longestLeb; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw malformed("a number in the debug data is too large", this.at);
  }

  /** Signed LEB128. Beyond 2^53 the value is not exact. */
  sleb(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < longestLeb; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - factor;
    }
    throw malformed("a number in the debug data is too large", this.at);
  }

  /** An address of 1, 2, 4 or 8 bytes. One that is too large to be exact is rounded. */
  address(size: number): number {
    switch (size) {
      case 1:
        return this.u8();
      case 2:
        return this.u16();
      case 4:
        return this.u32();
      default: {
        const value = this.reader.u64Wide(this.at);
        this.at += 8;
        return Number(value);
      }
    }
  }

  skipLeb(): void {
    for (let count = 0; count < longestLeb; count++) if (this.u8() < 0x80) return;
    throw malformed("a number in the debug data is too large", this.at);
  }

  skip(length: number): void {
    this.at += length;
    if (!(this.at <= this.reader.length)) throw malformed("the debug data ends within an entry");
  }

  skipText(): void {
    const end = this.reader.bytes.indexOf(0, this.at);
    if (end < 0) throw malformed("a string in the debug data does not end", this.at);
    this.at = end + 1;
  }
}
