import { Image, type Platform, type Segment } from "../bytes/image.js";
import type { DataSegment } from "./data.js";

/** Larger addresses are not exact after an addition. */
const highest = 1n << 52n;
const alignment = 4096;
/** How much larger than the file the image's copy of the memory may be. */
const spread = 4;
/** The most segments of an image without a copy: each look-up searches all of them. */
const mostSegments = 1024;

/**
 * Returns the first memory with its data segments. Compilers omit runs of zeros, so one table may be split into many
 * segments; this function copies them to where they will lie in memory. If the segments are so far apart that the copy
 * would be far larger than the file, each one becomes a separate part without a copy.
 *
 * @param size The initial size of the memory in bytes.
 */
export function memoryImage(
  bytes: Uint8Array,
  data: readonly DataSegment[],
  about: { bits: 32 | 64; size: number; platform: Platform },
): Image {
  const placed: { address: number; offset: number; size: number }[] = [];
  for (const { memory, address, offset, size } of data)
    if (memory === 0 && address !== undefined && size > 0 && address < highest)
      placed.push({ address: Number(address), offset, size });
  const least = placed.reduce((lowest, { address }) => Math.min(lowest, address), Number.MAX_SAFE_INTEGER);
  // Data that is aligned in memory must be aligned in the copy too.
  const start = least - (least % alignment);
  const end = placed.reduce((most, { address, size }) => Math.max(most, address + size), 0);
  const common = { bits: about.bits, littleEndian: true, platform: about.platform };
  if (placed.length === 0) return new Image({ ...common, bytes: new Uint8Array(), segments: [] });
  if (end - start > spread * bytes.length + alignment) {
    // A later segment overwrites an earlier one, so it must be found first.
    const last = placed.slice(-mostSegments).reverse();
    const segments = last.map((each, index) => segmentOf(each, `data ${index}`, each.size));
    return new Image({ ...common, bytes, segments });
  }
  const memory = new Uint8Array(end - start);
  for (const { address, offset, size } of placed) copy(bytes, offset, memory, address - start, size);
  const whole = { address: start, offset: 0, size: end - start };
  return new Image({
    ...common,
    bytes: memory,
    segments: [segmentOf(whole, "memory", Math.max(whole.size, about.size - start))],
  });
}

/** Most segments have a few bytes, for which a loop is faster than a view and a copy. */
function copy(from: Uint8Array, offset: number, to: Uint8Array, start: number, size: number): void {
  if (size > 64) to.set(from.subarray(offset, offset + size), start);
  else for (let index = 0; index < size; index++) to[start + index] = from[offset + index] ?? 0;
}

function segmentOf(place: { address: number; offset: number; size: number }, name: string, size: number): Segment {
  return {
    name,
    address: place.address,
    size,
    offset: place.offset,
    fileSize: place.size,
    writable: true,
    executable: false,
  };
}
