import { malformed } from "../../errors/factories/binary.js";
import type { Image, Segment } from "../bytes/image.js";

/** The forms of the line table, by the Go release that introduced them. */
export type LineTableForm = "1.2" | "1.16" | "1.18" | "1.20";

/** The parts of a line table as offsets. Parts that a form does not have are 0. */
interface Parts {
  readonly functionCount: number;
  readonly fileCount: number;
  readonly functionNames: number;
  readonly compileUnits: number;
  readonly fileNames: number;
  readonly pcTables: number;
  readonly functions: number;
}

/** The parts of a line table as offsets in the file. */
export interface LineTableHeader extends Parts {
  readonly form: LineTableForm;
  readonly wordSize: 4 | 8;
  /** Of the header. */
  readonly start: number;
  /** The furthest possible end of the table: the end of its segment in the file. */
  readonly end: number;
}

const forms: Readonly<Record<number, LineTableForm>> = {
  4294967291: "1.2",
  4294967290: "1.16",
  4294967280: "1.18",
  4294967281: "1.20",
};
const instructionSizes = [1, 2, 4];

/** The size of a function's entry: two words up to Go 1.17, two 32-bit offsets since. */
export function functionEntrySize({ form, wordSize }: LineTableHeader): number {
  return form === "1.2" || form === "1.16" ? 2 * wordSize : 8;
}

/**
 * Finds the header of the line table (runtime.pcHeader) by its structure. The magic number alone also occurs in programs
 * that read Go's tables.
 *
 * @returns Its address, or `undefined` if the program has no line table.
 */
export function findLineTable(image: Image): number | undefined {
  const readOnly = image.segments.filter(({ writable, executable }) => !writable && !executable);
  const others = image.segments.filter((segment) => !readOnly.includes(segment));
  for (const segment of [...readOnly, ...others]) {
    for (const address of candidates(image, segment)) {
      if (readHeaderAt(image, address) !== undefined) return address;
    }
  }
  return undefined;
}

/** @throws TENON_BINARY_MALFORMED if there is no line table at the address */
export function readLineTableHeader(image: Image, address: number): LineTableHeader {
  const header = readHeaderAt(image, address);
  if (header === undefined) throw malformed(`no Go line table at address 0x${address.toString(16)}`);
  return header;
}

function* candidates(image: Image, segment: Segment): Generator<number> {
  const end = Math.min(segment.offset + segment.fileSize, image.bytes.length);
  if (segment.offset >= end) return;
  const bytes = Buffer.from(image.bytes.buffer, image.bytes.byteOffset + segment.offset, end - segment.offset);
  for (const magic of Object.keys(forms)) {
    // The magic and the two zero bytes after it.
    const wanted = Buffer.alloc(6);
    if (image.reader.littleEndian) wanted.writeUInt32LE(Number(magic));
    else wanted.writeUInt32BE(Number(magic));
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 4)) yield segment.address + at;
  }
}

function readHeaderAt(image: Image, address: number): LineTableHeader | undefined {
  const { reader } = image;
  const segment = image.segmentAt(address);
  if (segment === undefined) return undefined;
  const start = segment.offset + (address - segment.address);
  const end = Math.min(segment.offset + segment.fileSize, reader.length);
  if (address % 4 !== 0 || start + 8 > end) return undefined;
  const form = forms[reader.u32(start)];
  const wordSize = reader.u8(start + 7);
  if (form === undefined || (wordSize !== 4 && wordSize !== 8)) return undefined;
  if (reader.u32(start + 4) % (1 << 16) !== 0 && reader.littleEndian) return undefined;
  if (!instructionSizes.includes(reader.u8(start + 6)) || start + 8 + 8 * wordSize > end) return undefined;
  const word = (index: number): number => {
    const at = start + 8 + index * wordSize;
    if (wordSize === 4) return reader.u32(at);
    const value = reader.u64Wide(at);
    return value > BigInt(end) ? Number.POSITIVE_INFINITY : Number(value);
  };
  const header = form === "1.2" ? earlyHeader(word, wordSize) : laterHeader(form, word);
  const located = {
    form,
    wordSize,
    start,
    end,
    functionCount: header.functionCount,
    fileCount: header.fileCount,
    functionNames: start + header.functionNames,
    compileUnits: start + header.compileUnits,
    fileNames: start + header.fileNames,
    pcTables: start + header.pcTables,
    functions: start + header.functions,
  } satisfies LineTableHeader;
  if (form === "1.2") return withEarlyFiles(image, located);
  return isSound(located) ? located : undefined;
}

function laterHeader(form: LineTableForm, word: (index: number) => number): Parts {
  // Go 1.18 added the start of the text as the third word.
  const first = form === "1.16" ? 2 : 3;
  return {
    functionCount: word(0),
    fileCount: word(1),
    functionNames: word(first),
    compileUnits: word(first + 1),
    fileNames: word(first + 2),
    pcTables: word(first + 3),
    functions: word(first + 4),
  };
}

/** Up to Go 1.15, every offset counts from the header; the offset of the files follows the table of functions. */
function earlyHeader(word: (index: number) => number, wordSize: number): Parts {
  return {
    functionCount: word(0),
    fileCount: 0,
    functionNames: 0,
    compileUnits: 0,
    fileNames: 0,
    pcTables: 0,
    functions: 8 + wordSize,
  };
}

function withEarlyFiles(image: Image, header: LineTableHeader): LineTableHeader | undefined {
  const { start, end, functionCount, functions, wordSize } = header;
  const pointer = functions + functionCount * 2 * wordSize + wordSize;
  if (functionCount === 0 || !(pointer + 4 <= end)) return undefined;
  const fileNames = start + image.reader.u32(pointer);
  if (fileNames + 4 > end) return undefined;
  const fileCount = image.reader.u32(fileNames);
  return fileCount > 0 && fileNames + 4 * fileCount <= end ? { ...header, fileNames, fileCount } : undefined;
}

function isSound(header: LineTableHeader): boolean {
  const { start, end, functionCount, fileCount, functionNames, compileUnits, fileNames, pcTables, functions } = header;
  const parts = [start, functionNames, compileUnits, fileNames, pcTables, functions, end];
  return (
    functionCount > 0 &&
    parts.every((part, index) => index === 0 || part >= parts[index - 1]!) &&
    functionNames > start &&
    functions + functionCount * functionEntrySize(header) <= end &&
    // Every file name has at least one byte.
    fileCount * 2 <= pcTables - fileNames
  );
}
