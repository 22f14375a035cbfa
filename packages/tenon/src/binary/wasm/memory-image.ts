import { Image, type Platform, type Segment } from "../image.js";
import type { DataSegment } from "./data.js";

/** Addresses above are not exact once something is added to them. */
const highest = 1n << 52n;
const alignment = 4096;
/** How much larger than the file the memory may be that is laid out for the image. */
const spread = 4;
/** Most segments of an image that is not laid out: each look-up goes through all of them. */
const mostSegments = 1024;

/**
 * The first memory as data segments fill it. Compilers leave out runs of zeros, so that one table may lie in many
 * segments; they are laid out in new bytes, as they will lie in memory. Where segments are so far apart that this would
 * take far more than the file, each one is a part of its own, backed by the file.
 *
 * @param size Size of the memory at its beginning, in bytes.
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
  // What is aligned in memory is to be aligned in the bytes as well.
  const start = least - (least % alignment);
  const end = placed.reduce((most, { address, size }) => Math.max(most, address + size), 0);
  const common = { bits: about.bits, littleEndian: true, platform: about.platform };
  if (placed.length === 0) return new Image({ ...common, bytes: new Uint8Array(), segments: [] });
  if (end - start > spread * bytes.length + alignment) {
    // A later segment overwrites an earlier one, so it is to be found first.
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

/** Most segments are of a few bytes, for which a loop is faster than a view and a copy. */
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
