import { malformed } from "../../errors/factories/binary.js";
import { ByteReader } from "./byte-reader.js";

/** The platform of a program as GOOS and GOARCH; `undefined` if the file does not say. */
export interface Platform {
  readonly os: string | undefined;
  readonly arch: string | undefined;
}

/** A part of the file and the addresses at which the loader puts it. Sizes and offsets in bytes. */
export interface Segment {
  readonly name: string;
  readonly address: number;
  /** Size in memory; bytes that are not in the file are zero. */
  readonly size: number;
  readonly offset: number;
  readonly fileSize: number;
  readonly writable: boolean;
  readonly executable: boolean;
}

/** The pointers that the loader writes, as a format's reader knows them. */
export interface Relocated {
  /** Returns the value that the loader writes at an address, or `undefined` if it keeps the file's bytes. */
  at(address: number): number | undefined;
}

/** Limits for a search through all segments, far above any real program. */
const mostSegments = 1024;
const mostOverlap = 4;

/**
 * A program as it lies in memory, independent of its file format. Readers of Go's data use only this. Addresses are those
 * of the file, before the loader relocates it.
 */
export class Image {
  readonly bytes: Uint8Array;
  readonly reader: ByteReader;
  readonly bits: 32 | 64;
  readonly segments: readonly Segment[];
  readonly platform: Platform;
  readonly #relocated: Relocated | undefined;

  /** @throws TENON_BINARY_MALFORMED if there are too many segments, or if they overlap too much in the file */
  constructor(about: {
    bytes: Uint8Array;
    bits: 32 | 64;
    littleEndian: boolean;
    segments: readonly Segment[];
    platform: Platform;
    relocated?: Relocated | undefined;
  }) {
    this.bytes = about.bytes;
    this.reader = new ByteReader(about.bytes, about.littleEndian);
    this.bits = about.bits;
    this.segments = about.segments;
    this.platform = about.platform;
    this.#relocated = about.relocated;
    if (this.segments.length > mostSegments)
      throw malformed(`too many segments: found ${this.segments.length}, the limit is ${mostSegments}`);
    const backed = this.segments.reduce((sum, { fileSize }) => sum + Math.min(fileSize, this.bytes.length), 0);
    if (backed > mostOverlap * this.bytes.length) throw malformed("the segments overlap");
  }

  get wordSize(): 4 | 8 {
    return this.bits === 64 ? 8 : 4;
  }

  segmentAt(address: number): Segment | undefined {
    return this.segments.find((segment) => address >= segment.address && address < segment.address + segment.size);
  }

  /** Whether `length` bytes from the address on are in the program's memory. */
  has(address: number, length = 1): boolean {
    const segment = this.segmentAt(address);
    return segment !== undefined && address + length <= segment.address + segment.size;
  }

  /**
   * Returns the file offset of an address.
   * @throws TENON_BINARY_MALFORMED if the address is in no segment, or the file has fewer than `length` bytes there
   */
  offsetOf(address: number, length = 1): number {
    const segment = this.segmentAt(address);
    if (segment === undefined) throw malformed(`address 0x${address.toString(16)} is outside the program's segments`);
    const within = address - segment.address;
    if (within + length > segment.fileSize || segment.offset + within + length > this.bytes.length)
      throw malformed(`address 0x${address.toString(16)} does not have ${length} bytes in the file`);
    return segment.offset + within;
  }

  u8(address: number): number {
    return this.reader.u8(this.offsetOf(address, 1));
  }

  u32(address: number): number {
    return this.reader.u32(this.offsetOf(address, 4));
  }

  i32(address: number): number {
    return this.reader.i32(this.offsetOf(address, 4));
  }

  /** Reads a word that the loader does not change, such as a length. Zero if the file has no bytes at the address. */
  word(address: number): number {
    const segment = this.segmentAt(address);
    if (segment !== undefined && address - segment.address >= segment.fileSize && this.has(address, this.wordSize))
      return 0;
    return this.reader.word(this.offsetOf(address, this.wordSize), this.bits);
  }

  /** Reads a pointer as the loader leaves it: relocated if the file requests that. */
  pointer(address: number): number {
    return this.#relocated?.at(address) ?? this.word(address);
  }

  /** Returns a view of the bytes at an address. */
  slice(address: number, length: number): Uint8Array {
    if (length === 0) return new Uint8Array();
    return this.reader.slice(this.offsetOf(address, length), length);
  }

  cString(address: number, limit?: number): string {
    return this.reader.cString(this.offsetOf(address), limit);
  }

  /** Reads a Go string from its two words (pointer and length) at an address. @param limit The largest allowed length. */
  goString(address: number, limit = 1 << 16): string {
    const length = this.word(address + this.wordSize);
    if (length === 0) return "";
    if (length > limit) throw malformed(`a string of ${length} bytes is too long: the limit is ${limit}`);
    return this.reader.text(this.offsetOf(this.pointer(address), length), length);
  }
}
