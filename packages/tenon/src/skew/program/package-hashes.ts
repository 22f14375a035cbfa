import type { Image } from "../../binary/bytes/image.js";
import type { ElfFile } from "../../binary/elf/index.js";
import { malformed } from "../../errors/factories/binary.js";

/** One package of a plugin, and its hash when the plugin was linked. */
export interface PackageHash {
  /** The import path. */
  readonly name: string;
  /** Hexadecimal. */
  readonly linkTime: string;
  /** The symbol of the hash that is used at run time. */
  readonly symbol: string;
}

/** The package hashes of a plugin, and the field of its module data that refers to them. */
export interface PackageHashes {
  readonly packages: readonly PackageHash[];
  /** The address of the field `pkghashes` in the plugin's module data. */
  readonly fieldAddress: number;
}

const prefixes = ["go:link.pkghash.", "go.link.pkghash."].map((text) => new TextEncoder().encode(text));
const mostPackages = 1 << 16;

/**
 * Finds the package hashes of a plugin. Works on stripped files: the loader's own relocations against the symbols
 * `go:link.pkghash.<package>` (`go.link.…` up to Go 1.19) mark the entries, each of five words: the package's name, its
 * hash at link time (two strings), and a pointer to the hash at run time.
 *
 * @returns `undefined` if the file has none, so it is not a Go plugin.
 * @throws TENON_BINARY_MALFORMED
 */
export function readPackageHashes(elf: ElfFile): PackageHashes | undefined {
  const { image, symbols, relocations, machine } = elf;
  if (symbols === undefined || relocations === undefined) return undefined;
  const names = new Map<number, string | undefined>();
  const symbolAt = new Map<number, string>();
  let first = Number.POSITIVE_INFINITY;
  relocations.each((address, type, symbol) => {
    if (type !== machine.relocations?.absolute || symbol === 0) return;
    if (!names.has(symbol)) {
      const isHash = prefixes.some((prefix) => symbols.nameStartsWith(symbol, prefix));
      names.set(symbol, isHash ? symbols.at(symbol).name : undefined);
    }
    const name = names.get(symbol);
    if (name === undefined) return;
    symbolAt.set(address, name);
    first = Math.min(first, address);
  });
  if (symbolAt.size === 0) return undefined;
  const { wordSize } = image;
  const base = first - 4 * wordSize;
  const fieldAddress = findPointerTo(elf, base);
  if (fieldAddress === undefined) return undefined;
  const count = image.word(fieldAddress + wordSize);
  if (count > mostPackages || !image.has(base, count * 5 * wordSize))
    throw malformed(`the module data claims ${count} packages, more than the file can contain`);
  const packages = Array.from({ length: count }, (_, index): PackageHash => {
    const entry = base + index * 5 * wordSize;
    return {
      name: image.goString(entry),
      linkTime: readHash(image, entry + 2 * wordSize),
      symbol: symbolAt.get(entry + 4 * wordSize) ?? "",
    };
  });
  return { packages, fieldAddress };
}

/**
 * Reads the hash that a symbol `go:link.pkghash.<package>` refers to, in hexadecimal.
 * @param address The address of the symbol: a Go string whose bytes are the hash.
 */
export function readHash(image: Image, address: number): string {
  const length = image.word(address + image.wordSize);
  if (length > 64) throw malformed(`a package hash has ${length} bytes, which is too long`);
  return Buffer.from(image.slice(image.pointer(address), length)).toString("hex");
}

function findPointerTo(elf: ElfFile, target: number): number | undefined {
  const { image, machine, relocations } = elf;
  let found: number | undefined;
  relocations?.each((address, type, _symbol, addend) => {
    if (found === undefined && type === machine.relocations?.relative && addend === target) found = address;
  });
  if (found !== undefined) return found;
  // Packed relocations and those with a symbol are not included above.
  for (const segment of image.segments) {
    if (!segment.writable) continue;
    for (let at = segment.address; at + image.wordSize <= segment.address + segment.fileSize; at += image.wordSize) {
      if (relocations?.at(at) === target) return at;
    }
  }
  return undefined;
}
