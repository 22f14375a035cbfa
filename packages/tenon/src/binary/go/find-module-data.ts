import { isTenonError } from "../../errors/index.js";
import type { Image, Segment } from "../image.js";
import { readLineTableHeader } from "./line-table-header.js";
import { type ModuleData, type ModuleDataLayout, readModuleData } from "./module-data.js";

/** A real program has one. */
const mostTried = 256;

/**
 * Finds the module data of a program or plugin without any symbol: it is what begins with a pointer to the line table,
 * and holds together with it.
 *
 * @param lineTable The address of the line table's header.
 * @param layouts Those that come into question; the first that fits is taken.
 * @returns `undefined` if nothing fits.
 * @throws TENON_BINARY_MALFORMED if the program's relocations are broken
 */
export function findModuleData(
  image: Image,
  lineTable: number,
  layouts: readonly ModuleDataLayout[],
): { data: ModuleData; layout: ModuleDataLayout } | undefined {
  if (layouts.length === 0) return undefined;
  // Broken relocations are reported here, once, and not tried again at every word below.
  image.pointer(lineTable + 8);
  const writable = image.segments.filter((segment) => segment.writable);
  const others = image.segments.filter((segment) => !segment.writable && !segment.executable);
  let tried = 0;
  for (const segment of [...writable, ...others]) {
    for (const address of pointersTo(image, segment, lineTable)) {
      if (++tried > mostTried) return undefined;
      for (const layout of layouts) {
        const data = readFitting(image, address, layout, lineTable);
        if (data !== undefined) return { data, layout };
      }
    }
  }
  return undefined;
}

/** Addresses of pointers to the target that a slice follows, as the table of function names follows in module data. */
function* pointersTo(image: Image, segment: Segment, target: number): Generator<number> {
  const { reader, wordSize } = image;
  const size = Math.min(segment.fileSize, Math.max(0, image.bytes.length - segment.offset));
  const first = (wordSize - (segment.address % wordSize)) % wordSize;
  for (let within = first; within + 4 * wordSize <= size; within += wordSize) {
    // Length and capacity are the same. Compared as halves and before the pointer is, since this is what takes the time.
    const length = segment.offset + within + 2 * wordSize;
    const low = reader.u32(length);
    if (low !== reader.u32(length + wordSize)) continue;
    const high = wordSize === 4 ? 0 : reader.u32(length + 4);
    if (wordSize === 8 && high !== reader.u32(length + 12)) continue;
    if ((low !== 0 || high !== 0) && pointerIs(image, segment.address + within, target)) yield segment.address + within;
  }
}

function pointerIs(image: Image, address: number, target: number): boolean {
  try {
    return image.pointer(address) === target;
  } catch (thrown) {
    // Data that is no pointer at all can be too large for one.
    if (isTenonError(thrown)) return false;
    throw thrown;
  }
}

function readFitting(
  image: Image,
  address: number,
  layout: ModuleDataLayout,
  lineTable: number,
): ModuleData | undefined {
  try {
    const data = readModuleData(image, address, layout);
    const header = readLineTableHeader(image, lineTable);
    const names = image.pointer(address + layout.offsets.funcnametab!);
    const fits =
      data.types > 0 &&
      data.types <= data.etypes &&
      data.text <= data.etext &&
      image.segmentAt(data.types) !== undefined &&
      names - lineTable === header.functionNames - header.start &&
      data.ptab.length * 8 <= image.bytes.length &&
      data.pkgHashes.length * 5 * image.wordSize <= image.bytes.length;
    return fits ? data : undefined;
  } catch (thrown) {
    if (isTenonError(thrown)) return undefined;
    throw thrown;
  }
}
