import { malformed } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";

/** Throws for invalid UTF-8, as the specification requires for names. */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads a WebAssembly binary sequentially. LEB128 is strict: a number must not be padded beyond its size in bits, nor have
 * bits set there. Source: WebAssembly, "Binary Format", "Values".
 */
export class WasmCursor {
  readonly reader: ByteReader;
  readonly end: number;
  at: number;

  constructor(source: Uint8Array | ByteReader, at = 0, end = source.length) {
    this.reader = source instanceof ByteReader ? source : new ByteReader(source);
    this.at = at;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** Returns a cursor over the next bytes and skips them. */
  part(length: number): WasmCursor {
    const start = this.at;
    this.skip(length);
    return new WasmCursor(this.reader, start, this.at);
  }

  skip(length: number): void {
    if (length > this.end - this.at) throw malformed(`expected ${length} bytes, found ${this.end - this.at}`, this.at);
    this.at += length;
  }

  byte(): number {
    if (this.at >= this.end) throw malformed("a section ends within an entry", this.at);
    return this.reader.u8(this.at++);
  }

  peek(): number | undefined {
    return this.at < this.end ? this.reader.bytes[this.at] : undefined;
  }

  u32(): number {
    const start = this.at;
    const first = this.peek() ?? 0x80;
    if (first < 0x80) {
      this.at++;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw malformed("a number is larger than 32 bits", start);
  }

  u64(): bigint {
    return BigInt.asUintN(64, this.#wide(false));
  }

  s32(): number {
    return this.#signed(32);
  }

  /** Reads a signed 33-bit number: either a type index or the code of a type. */
  s33(): number {
    return this.#signed(33);
  }

  s64(): bigint {
    return this.#wide(true);
  }

  /** Reads how many entries follow. Each takes at least one byte. */
  count(): number {
    const start = this.at;
    const count = this.u32();
    if (count > this.end - this.at)
      throw malformed(`${count} entries cannot fit in ${this.end - this.at} bytes`, start);
    return count;
  }

  name(): string {
    const start = this.at;
    const length = this.u32();
    const from = this.at;
    this.skip(length);
    if (length === 0) return "";
    try {
      return strict.decode(this.reader.slice(from, length));
    } catch {
      throw malformed("a name is not UTF-8", start);
    }
  }

  #signed(bits: 32 | 33): number {
    const start = this.at;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0x80) continue;
      if ((byte & 0x40) !== 0) value -= 2 ** (shift + 7);
      const limit = 2 ** (bits - 1);
      if (value < -limit || value >= limit) break;
      return value;
    }
    throw malformed(`a number is larger than ${bits} bits`, start);
  }

  #wide(isSigned: boolean): bigint {
    const start = this.at;
    let value = 0n;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte >= 0x80) continue;
      if (!isSigned) {
        if (value >= 1n << 64n) break;
        return value;
      }
      const signed = BigInt.asIntN(shift + 7, value);
      if (BigInt.asIntN(64, signed) !== signed) break;
      return signed;
    }
    throw malformed("a number is larger than 64 bits", start);
  }
}
