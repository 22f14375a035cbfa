import type { ByteReader } from "../bytes/byte-reader.js";

/** A packed form of the pointers in a chain. Source: `mach-o/fixup-chains.h`, DYLD_CHAINED_PTR_…. */
export interface PointerFormat {
  readonly bytes: 4 | 8;
  /** Whether pointers can be signed (arm64e), which changes the layout. */
  readonly isSigned: boolean;
  /** Whether an unsigned target is relative to the Mach-O header and not an address. */
  readonly fromBase: boolean;
}

/** By number, without the forms for kernels and firmware. */
export const pointerFormats: Readonly<Record<number, PointerFormat>> = {
  1: { bytes: 8, isSigned: true, fromBase: false },
  2: { bytes: 8, isSigned: false, fromBase: false },
  3: { bytes: 4, isSigned: false, fromBase: false },
  6: { bytes: 8, isSigned: false, fromBase: true },
  9: { bytes: 8, isSigned: true, fromBase: true },
  12: { bytes: 8, isSigned: true, fromBase: true },
};

/**
 * Unpacks one pointer.
 *
 * @param maximum In 32-bit files, larger values are plain numbers, shifted so that they can be distinguished.
 * @returns The address (0 if it is in another library) and the distance to the next pointer in bytes (0 for the last).
 */
export function decodePointer(
  reader: ByteReader,
  offset: number,
  format: PointerFormat,
  base: number,
  maximum: number,
): { value: number; next: number } {
  if (format.bytes === 4) return decodeNarrow(reader.u32(offset), maximum);
  const high = reader.u32(offset + (reader.littleEndian ? 4 : 0));
  const low = reader.u32(offset + (reader.littleEndian ? 0 : 4));
  const start = format.fromBase ? base : 0;
  if (!format.isSigned) {
    const next = ((high >>> 19) & 0xfff) * 4;
    return { value: high >>> 31 === 1 ? 0 : start + low + (high & 0xf) * 0x1_0000_0000, next };
  }
  const next = ((high >>> 19) & 0x7ff) * 8;
  const isBind = ((high >>> 30) & 1) === 1;
  if (isBind) return { value: 0, next };
  // The target of a signed pointer is always relative to the header.
  if (high >>> 31 === 1) return { value: base + low, next };
  return { value: start + low + (high & 0x7ff) * 0x1_0000_0000, next };
}

function decodeNarrow(word: number, maximum: number): { value: number; next: number } {
  const next = ((word >>> 26) & 0x1f) * 4;
  if (word >>> 31 === 1) return { value: 0, next };
  const target = word & 0x03ff_ffff;
  if (target <= maximum) return { value: target, next };
  return { value: target - Math.floor((0x0400_0000 + maximum) / 2), next };
}
