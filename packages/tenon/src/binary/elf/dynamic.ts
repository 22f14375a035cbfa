import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { Image } from "../bytes/image.js";
import { type ProgramHeader, segmentTypes } from "./program-headers.js";

/** The tags of the dynamic section that Tenon reads. Source: gABI, "Dynamic Section"; GNU extensions. */
export const dynamicTags = {
  needed: 1,
  pltRelSize: 2,
  hash: 4,
  stringTable: 5,
  symbolTable: 6,
  rela: 7,
  relaSize: 8,
  stringSize: 10,
  soName: 14,
  runPathOld: 15,
  symbolic: 16,
  rel: 17,
  relSize: 18,
  pltRelKind: 20,
  jumpRelocations: 23,
  runPath: 29,
  flags: 30,
  relrSize: 35,
  relr: 36,
  gnuHash: 0x6ffffef5,
  versionSymbols: 0x6ffffff0,
  flags1: 0x6ffffffb,
  versionDefinitions: 0x6ffffffc,
  versionDefinitionCount: 0x6ffffffd,
  versionNeeds: 0x6ffffffe,
  versionNeedCount: 0x6fffffff,
} as const;

const flagSymbolic = 0x2;
const flag1PositionIndependentExecutable = 0x08000000;
const flag1NoOpen = 0x40;

/** The dynamic section: instructions for the loader. Addresses are those of the file. */
export interface Dynamic {
  /** Returns the first value of a tag, or `undefined`. */
  readonly get: (tag: number) => number | undefined;
  readonly needed: readonly string[];
  readonly soName: string | undefined;
  /** DT_RUNPATH or, in older files, DT_RPATH. */
  readonly runPath: string | undefined;
  /** Whether it is DT_RPATH, which also applies to libraries of libraries, and not DT_RUNPATH. */
  readonly isOldRunPath: boolean;
  /** Linked with -Bsymbolic: references to the file's own symbols are never redirected. */
  readonly isSymbolic: boolean;
  /** A position-independent program, which cannot be loaded as a library. */
  readonly isProgram: boolean;
  /** Whether dlopen is forbidden for this file. */
  readonly isNoOpen: boolean;
  /** Returns the offset of a string in the dynamic string table. @throws TENON_BINARY_MALFORMED */
  readonly stringAddress: (offset: number) => number;
  /** Returns a string of the dynamic string table. @throws TENON_BINARY_MALFORMED */
  readonly string: (offset: number) => string;
}

/** Reads PT_DYNAMIC; `undefined` where the file has none. @throws TENON_BINARY_MALFORMED */
export function readDynamic(image: Image, headers: readonly ProgramHeader[]): Dynamic | undefined {
  const segment = headers.find(({ type }) => type === segmentTypes.dynamic);
  if (segment === undefined) return undefined;
  const { bits, reader, wordSize } = image;
  const end = segment.offset + segment.fileSize;
  if (end > reader.length) throw malformed("the dynamic section lies outside the file", segment.offset);
  const values = new Map<number, number>();
  const needed: number[] = [];
  for (let at = segment.offset; at + 2 * wordSize <= end; at += 2 * wordSize) {
    const tag = Number(bits === 64 ? reader.u64Wide(at) : reader.u32(at));
    if (tag === 0) break;
    const value = Number(bits === 64 ? reader.u64Wide(at + wordSize) : reader.u32(at + wordSize));
    if (tag === dynamicTags.needed) needed.push(value);
    if (!values.has(tag)) values.set(tag, value);
  }
  const get = (tag: number) => values.get(tag);
  const strings = get(dynamicTags.stringTable);
  const size = get(dynamicTags.stringSize) ?? 0;
  const stringAddress = (offset: number): number => {
    if (strings === undefined || offset >= size)
      throw malformed(`string ${offset} lies outside the dynamic string table`);
    return strings + offset;
  };
  const string = (offset: number): string => image.cString(stringAddress(offset));
  // Many entries may refer to the same long string.
  const names = new Allowance("the names of needed libraries", 4 * Math.min(size, reader.length) + 4096);
  const library = (offset: number): string => {
    const text = string(offset);
    names.spend(text.length);
    return text;
  };
  const name = (tag: number) => (values.has(tag) ? string(get(tag) ?? 0) : undefined);
  const flags = get(dynamicTags.flags) ?? 0;
  const flags1 = get(dynamicTags.flags1) ?? 0;
  return {
    get,
    string,
    stringAddress,
    needed: needed.map(library),
    soName: name(dynamicTags.soName),
    runPath: name(dynamicTags.runPath) ?? name(dynamicTags.runPathOld),
    isOldRunPath: !values.has(dynamicTags.runPath),
    isSymbolic: values.has(dynamicTags.symbolic) || (flags & flagSymbolic) !== 0,
    isProgram: (flags1 & flag1PositionIndependentExecutable) !== 0,
    isNoOpen: (flags1 & flag1NoOpen) !== 0,
  };
}
