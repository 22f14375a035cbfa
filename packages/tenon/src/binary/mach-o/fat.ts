import { malformed, truncated } from "../../errors/factories/binary.js";
import { ByteReader } from "../bytes/byte-reader.js";
import { archOf } from "./header.js";

/** One architecture of a fat (universal) file. Sizes and offsets in bytes. */
export interface FatArchitecture {
  /** GOARCH; `undefined` if Go does not support it. */
  readonly arch: string | undefined;
  readonly cpuType: number;
  readonly cpuSubtype: number;
  readonly offset: number;
  readonly size: number;
}

/** Java class files begin with the same four bytes, followed by a version of at least 45. */
const mostArchitectures = 44;

/** Whether the bytes are the start of a fat Mach-O file and not of a Java class file. */
export function isFatMachO(bytes: Uint8Array): boolean {
  if (bytes.length < 8) return false;
  const reader = new ByteReader(bytes, false);
  const magic = reader.u32(0);
  return (magic === 0xcafe_babe || magic === 0xcafe_babf) && reader.u32(4) <= mostArchitectures;
}

/**
 * Returns the architectures of a fat file in file order. Its headers are always big-endian.
 * Source: `mach-o/fat.h`, `struct fat_arch` and `fat_arch_64`.
 *
 * @throws TENON_BINARY_MALFORMED, TENON_BINARY_TRUNCATED
 */
export function readFatArchitectures(bytes: Uint8Array): FatArchitecture[] {
  if (!isFatMachO(bytes)) throw malformed("not a fat Mach-O file: its first four bytes are wrong", 0);
  const reader = new ByteReader(bytes, false);
  const wide = reader.u32(0) === 0xcafe_babf;
  const entrySize = wide ? 32 : 20;
  const count = reader.u32(4);
  if (count === 0) throw malformed("the fat header lists no architecture", 4);
  if (8 + count * entrySize > bytes.length) throw truncated("the fat header", 8 + count * entrySize, bytes.length);
  const found: FatArchitecture[] = [];
  for (let at = 8; at < 8 + count * entrySize; at += entrySize) {
    const cpuType = reader.u32(at);
    const offset = wide ? reader.u64(at + 8) : reader.u32(at + 8);
    const size = wide ? reader.u64(at + 16) : reader.u32(at + 12);
    if (offset < 8 + count * entrySize) throw malformed("an architecture overlaps the fat header", at);
    if (offset + size > bytes.length)
      throw truncated(`the part for ${archOf(cpuType) ?? `CPU type ${cpuType}`}`, offset + size, bytes.length);
    found.push({ arch: archOf(cpuType), cpuType, cpuSubtype: reader.u32(at + 4) & 0x00ff_ffff, offset, size });
  }
  return found;
}
