import type { Image } from "../bytes/image.js";
import type { ModuleDataField, ModuleDataLayout } from "./module-data-layout.js";

export {
  type ModuleDataField,
  type ModuleDataLayout,
  moduleDataLayout,
  moduleDataLayoutsOfSize,
} from "./module-data-layout.js";

/** A Go slice in the file: the address of its first element and its length. */
export interface GoSlice {
  readonly address: number;
  readonly length: number;
}

/**
 * How a linked Go module (a program, or one plugin) describes itself to the runtime: the fields of `runtime.moduledata`
 * that are useful without running it. Addresses are those of the file. Fields that the release does not have are 0, empty
 * or `undefined`.
 */
export interface ModuleData {
  readonly address: number;
  /** The header of the line table. */
  readonly pcHeader: number;
  readonly text: number;
  readonly etext: number;
  /** The base of type and name offsets, and the end of the types. */
  readonly types: number;
  readonly etypes: number;
  readonly rodata: number | undefined;
  readonly epclntab: number | undefined;
  /** The symbols that a plugin exports: pairs of name offset and type offset, 8 bytes each. */
  readonly ptab: GoSlice;
  /** The plugin's path, the prefix of its symbols. Empty in a program. */
  readonly pluginPath: string;
  /** The hashes of the packages in a plugin: `modulehash` entries of five words. */
  readonly pkgHashes: GoSlice;
  readonly moduleName: string;
  readonly moduleHashes: GoSlice;
  readonly hasMain: boolean;
  /** A pointer that the runtime sets: 0 in every file that the Go linker wrote. */
  readonly typemap: number;
  readonly bad: boolean;
  readonly next: number;
}

/**
 * Reads the module data at an address.
 *
 * The caller chooses the layout: that of the file's own release, or that of the host that will read it (a host reads a
 * plugin's module data with its own layout).
 *
 * @throws TENON_BINARY_MALFORMED if it lies outside the program, or one of its strings does.
 */
export function readModuleData(image: Image, address: number, layout: ModuleDataLayout): ModuleData {
  const word = (field: ModuleDataField) => moduleDataPointer(image, address, layout, field);
  const { offsets } = layout;
  const text = (field: "pluginpath" | "modulename") => image.goString(address + offsets[field]!);
  return {
    address,
    pcHeader: word("pcHeader") ?? 0,
    text: word("text") ?? 0,
    etext: word("etext") ?? 0,
    types: word("types") ?? 0,
    etypes: word("etypes") ?? 0,
    rodata: word("rodata"),
    epclntab: word("epclntab"),
    ptab: moduleDataSlice(image, address, layout, "ptab"),
    pluginPath: text("pluginpath"),
    pkgHashes: moduleDataSlice(image, address, layout, "pkghashes"),
    moduleName: text("modulename"),
    moduleHashes: moduleDataSlice(image, address, layout, "modulehashes"),
    hasMain: flag(image, address + offsets.hasmain!),
    typemap: word("typemap") ?? 0,
    bad: flag(image, address + offsets.bad!),
    next: word("next") ?? 0,
  };
}

/**
 * Reads a pointer field; `undefined` if the layout has no such field. For slices and strings, it is their start.
 *
 * @throws TENON_BINARY_MALFORMED if it lies outside the program.
 */
export function moduleDataPointer(
  image: Image,
  address: number,
  layout: ModuleDataLayout,
  field: ModuleDataField,
): number | undefined {
  const offset = layout.offsets[field];
  return offset === undefined ? undefined : image.pointer(address + offset);
}

/**
 * Reads a slice field; empty if the layout has no such field. Its length is as the file says, unchecked.
 *
 * @throws TENON_BINARY_MALFORMED if the field lies outside the program.
 */
export function moduleDataSlice(
  image: Image,
  address: number,
  layout: ModuleDataLayout,
  field: ModuleDataField,
): GoSlice {
  const offset = layout.offsets[field];
  if (offset === undefined) return { address: 0, length: 0 };
  const at = address + offset;
  return { address: image.pointer(at), length: image.word(at + image.wordSize) };
}

/** Reads a byte of a word that may lie in memory beyond the file's bytes. */
function flag(image: Image, address: number): boolean {
  const segment = image.segmentAt(address);
  if (segment !== undefined && address - segment.address >= segment.fileSize) return false;
  return image.u8(address) !== 0;
}
