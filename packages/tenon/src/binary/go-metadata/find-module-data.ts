import { isTenonError } from "../../errors/index.js";
import type { Image, Segment } from "../bytes/image.js";
import { readLineTableHeader } from "./line-table-header.js";
import { type ModuleData, type ModuleDataLayout, readModuleData } from "./module-data.js";

/** Real programs have one. */
const mostTried = 256;

/**
 * Finds the module data of a program or plugin without any symbol: it begins with a pointer to the line table, and its
 * fields are consistent with that table.
 *
 * @param lineTable The address of the line table's header.
 * @param layouts The possible layouts; the first that fits is used.
 * @returns `undefined` if none fits.
 * @throws TENON_BINARY_MALFORMED if the program's relocations are broken
 */
export function findModuleData(
  image: Image,
  lineTable: number,
  layouts: readonly ModuleDataLayout[],
): { data: ModuleData; layout: ModuleDataLayout } | undefined {
  if (layouts.length === 0) return undefined;
  // Report broken relocations once, here, instead of parsing them again at every word below.
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

/** Finds pointers to the target with a slice after them, as in module data, where the table of function names follows. */
function* pointersTo(image: Image, segment: Segment, target: number): Generator<number> {
  const { reader, wordSize } = image;
  const size = Math.min(segment.fileSize, Math.max(0, image.bytes.length - segment.offset));
  const first = (wordSize - (segment.address % wordSize)) % wordSize;
  for (let within = first; within + 4 * wordSize <= size; within += wordSize) {
    // Length and capacity are equal. Compared first, and as 32-bit halves, because this loop takes most of the time.
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
    // Other data can be too large for a pointer.
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
