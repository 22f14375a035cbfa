import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { Image } from "../bytes/image.js";
import type { GoSlice } from "./module-data.js";

/** The addresses of a module's types: the base of type and name offsets, and the end. */
export interface TypeRange {
  readonly types: number;
  readonly etypes: number;
}

/** A symbol that plugin.Lookup finds. */
export interface PluginSymbol {
  readonly name: string;
  /**
   * The Go type of the value that Lookup returns, with package names instead of import paths: `func(string) (int, error)`;
   * for a variable, a pointer to it: `*main.Config`.
   */
  readonly type: string;
  readonly kind: "function" | "variable";
}

const flagExtraStar = 2;
const kindMask = 0x1f;
const kindOfFunction = 19;
const longestName = 1 << 16;

/**
 * Returns the text of a type from its descriptor (abi.Type). Source: internal/abi/type.go.
 *
 * @param offset From the range's base, as in `ptab`.
 * @param minor The minor version of the Go release: names changed their form in 1.17.
 * @throws TENON_BINARY_MALFORMED
 */
export function goTypeAt(
  image: Image,
  range: TypeRange,
  offset: number,
  minor: number,
): { text: string; isFunction: boolean } {
  const address = within(range, offset);
  // size, ptrdata (words); hash (4 bytes); tflag, align, fieldAlign, kind (bytes); equal, gcdata (words); str (4 bytes)
  const flags = address + 2 * image.wordSize + 4;
  const name = goNameAt(image, range, image.i32(flags + 4 + 2 * image.wordSize), minor);
  const hasExtraStar = (image.u8(flags) & flagExtraStar) !== 0;
  return {
    text: hasExtraStar && name.startsWith("*") ? name.slice(1) : name,
    isFunction: (image.u8(flags + 3) & kindMask) === kindOfFunction,
  };
}

/**
 * Reads a name in the type data (abi.Name): a byte of flags, a length, and the text.
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function goNameAt(image: Image, range: TypeRange, offset: number, minor: number): string {
  if (offset === 0) return "";
  const address = within(range, offset) + 1;
  const { length, size } = minor >= 17 ? varint(image, address) : { length: earlyLength(image, address), size: 2 };
  if (length > longestName) throw malformed(`a type name of ${length} bytes is longer than any compiler writes`);
  return Buffer.from(image.slice(address + size, length)).toString();
}

/**
 * Returns the exports of a plugin. Source: runtime/plugin.go, plugin_lastmoduleinit.
 *
 * @param module The plugin's module data.
 * @param minor The minor version of the plugin's Go release.
 * @throws TENON_BINARY_MALFORMED
 */
export function pluginSymbols(
  image: Image,
  module: TypeRange & { readonly ptab: GoSlice },
  minor: number,
): PluginSymbol[] {
  const { address, length } = module.ptab;
  if (length === 0) return [];
  const entrySize = 8;
  const start = image.offsetOf(address, length * entrySize);
  const allowance = new Allowance("the names and types of the plugin's symbols", image.bytes.length);
  return Array.from({ length }, (_, index) => {
    const at = start + index * entrySize;
    const name = goNameAt(image, module, image.reader.i32(at), minor);
    const type = goTypeAt(image, module, image.reader.i32(at + 4), minor);
    allowance.spend(name.length + type.text.length);
    return { name, type: type.text, kind: type.isFunction ? "function" : "variable" };
  });
}

function within(range: TypeRange, offset: number): number {
  const address = range.types + offset;
  if (offset < 0 || address > range.etypes)
    throw malformed(`the type data ends before offset 0x${offset.toString(16)}`);
  return address;
}

function earlyLength(image: Image, address: number): number {
  return image.u8(address) * 256 + image.u8(address + 1);
}

function varint(image: Image, address: number): { length: number; size: number } {
  let length = 0;
  for (let size = 0; size < 4; size++) {
    const byte = image.u8(address + size);
    length += (byte & 0x7f) << (7 * size);
    if (byte < 0x80) return { length, size: size + 1 };
  }
  throw malformed("the length of a type name is too large");
}
