import { leb } from "./assembler.mjs";
import { ByteWriter } from "./byte-writer.mjs";

const longName = 60_000;

/** An ELF library of one segment, which is the whole file, and a dynamic section of these entries at 1024. */
function elf(size: number, dynamic: readonly (readonly [tag: number, value: number])[]): ByteWriter {
  const file = new ByteWriter(size);
  file.bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.u16(16, 3);
  file.u16(18, 62);
  file.u64(32, 64);
  for (const [index, value] of [64, 56, 2, 64, 0, 0].entries()) file.u16(52 + index * 2, value);
  file.u32(64, 1, 6);
  file.u64(72, 0, 0, 0, size, size, 4096);
  file.u32(120, 2, 6);
  const length = (dynamic.length + 1) * 16;
  file.u64(128, 1024, 1024, 1024, length, length, 8);
  for (const [index, entry] of dynamic.entries()) file.u64(1024 + index * 16, ...entry);
  return file;
}

function elfSegments(): Uint8Array {
  const count = 60_000;
  const file = elf(64 + count * 56, []);
  file.u16(56, count);
  for (let at = 64; at < file.bytes.length; at += 56) {
    file.u32(at, 1, 6);
    file.u64(at + 8, 0, 0, 0, file.bytes.length, file.bytes.length, 4096);
  }
  return file.bytes;
}

function elfNeeded(): Uint8Array {
  const count = 2_000;
  const strings = 2048 + count * 16;
  const needed = Array.from({ length: count }, (_, index) => [1, 1 + (index % 50)] as const);
  const file = elf(strings + longName + 100, [[5, strings], [10, longName + 100], ...needed]);
  file.longName(strings + 1, longName);
  return file.bytes;
}

function elfSymbols(): Uint8Array {
  const count = 4_000;
  const symbols = 4096;
  const strings = symbols + count * 24;
  const hash = strings + longName + 104;
  const file = elf(hash + 12 + count * 4, [
    [5, strings],
    [6, symbols],
    [10, longName + 100],
    [11, 24],
    [4, hash],
  ]);
  file.longName(strings + 1, longName);
  file.u32(hash, 1, count, 0);
  for (let index = 1; index < count; index++) {
    file.u32(symbols + index * 24, 1 + (index % 50), 0x0001_0012);
  }
  return file.bytes;
}

function elfVersions(): Uint8Array {
  const [records, count] = [4096, 20_000];
  const strings = records + count * 16;
  const file = elf(strings + longName + 100, [
    [5, strings],
    [10, longName + 100],
    [0x6fff_fffe, records],
    [0x6fff_ffff, 1],
  ]);
  file.longName(strings + 1, longName);
  // The first record has 20,000 parts, each of which names the long string.
  for (let at = records; at < strings; at += 16) file.u32(at, 0x4e20_0001, 1, at === records ? 16 : 1, 16);
  return file.bytes;
}

/** A 64-bit macOS library with these load commands, each a list of words. */
function machO(size: number, commands: readonly (readonly number[])[]): ByteWriter {
  const file = new ByteWriter(size);
  file.u32(0, 0xfeed_facf, 0x0100_0007, 3, 6, commands.length, commands.flat().length * 4);
  for (const [index, word] of commands.flat().entries()) file.u32(32 + index * 4, word);
  return file;
}

function machOSymbols(): Uint8Array {
  const [symbols, count] = [4096, 20_000];
  const strings = symbols + count * 16;
  const file = machO(strings + longName + 100, [[2, 24, symbols, count, strings, longName + 100]]);
  file.longName(strings + 1, longName);
  for (let index = 0; index < count; index++) file.u32(symbols + index * 16, 1);
  return file.bytes;
}

function machOSegments(): Uint8Array {
  const count = 20_000;
  const size = 32 + count * 72;
  const segment = [0x19, 72, 0, 0, 0, 0, 0, 0, size, 0, 0, 0, size, 0, 7, 7, 0, 0];
  return machO(
    size,
    Array.from({ length: count }, () => segment),
  ).bytes;
}

/** An exports trie that is one chain; each of its nodes ends a name. */
function machOExports(): Uint8Array {
  const trie = 4096;
  const size = 400_000;
  const file = machO(size, [[0x33, 16, trie, size - trie]]);
  for (let at = trie; at + 24 < size; at += 12) {
    const next = at + 12 - trie;
    file.bytes.set(
      [2, 0, 1, 1, 0x61, 0x62, 0x63, 0x64, 0, (next & 127) | 128, ((next >>> 7) & 127) | 128, next >>> 14],
      at,
    );
  }
  return file.bytes;
}

/** A Windows library with one section: the file from byte 512. */
function pe(
  size: number,
  directories: readonly (readonly [index: number, offset: number, size: number])[],
): ByteWriter {
  const file = new ByteWriter(size);
  const optional = 88;
  file.text(0, "MZ");
  file.u32(60, 64);
  file.text(64, "PE");
  file.u16(68, 0x8664);
  file.u16(70, 1);
  file.u16(84, 240);
  file.u16(optional, 0x20b);
  file.u64(optional + 24, 0x1_8000_0000);
  file.u32(optional + 32, 4096, 512);
  file.u32(optional + 60, 512);
  file.u32(optional + 108, 16);
  for (const [index, offset, length] of directories) file.u32(optional + 112 + index * 8, rva(offset), length);
  file.text(optional + 240, ".text");
  file.u32(optional + 248, size - 512, 4096, size - 512, 512);
  return file;
}

function rva(offset: number): number {
  return offset - 512 + 4096;
}

/** Every library's list is the same, and every function in it has the same name. */
function peImports(): Uint8Array {
  const [libraries, list, name] = [20_000, 410_000, 900_000];
  const file = pe(1_000_000, [[1, 1024, 100]]);
  for (let index = 0; index < libraries; index++) file.u32(1024 + index * 20, rva(list), 0, 0, rva(name), rva(list));
  for (let index = 0; index < 60_000; index++) file.u64(list + index * 8, rva(name));
  file.longName(name, 4000);
  return file.bytes;
}

function peExports(): Uint8Array {
  const count = 400_000;
  const file = pe(4_000_000, [[0, 1024, 40]]);
  file.u32(1040, 1, count, count, rva(2048), rva(2048), rva(2048));
  return file.bytes;
}

function peSymbols(): Uint8Array {
  const [symbols, count] = [1024, 20_000];
  const strings = symbols + count * 18;
  const file = pe(strings + longName + 100, []);
  file.u32(76, symbols, count);
  file.u32(strings, longName + 100);
  file.longName(strings + 4, longName);
  for (let index = 0; index < count; index++) file.u32(symbols + index * 18 + 4, 4);
  return file.bytes;
}

/** A module with one section that repeats the same entry. */
function repeated(id: number, count: number, entry: readonly number[]): Uint8Array {
  const size = leb(count).length + count * entry.length;
  const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, id, ...leb(size), ...leb(count)];
  const bytes = new Uint8Array(head.length + count * entry.length);
  bytes.set(head);
  for (let at = head.length; at < bytes.length; at += entry.length) bytes.set(entry, at);
  return bytes;
}

/** Small files that are expensive to read: tables whose entries share their text, overlapping parts, huge counts. */
export const hostileFiles: Readonly<Record<string, () => Uint8Array>> = {
  "ELF segments over each other": elfSegments,
  "ELF libraries of one long name": elfNeeded,
  "ELF symbols of one long name": elfSymbols,
  "ELF versions of one long name": elfVersions,
  "Mach-O symbols of one long name": machOSymbols,
  "Mach-O segments over each other": machOSegments,
  "a Mach-O exports trie of growing names": machOExports,
  "PE imports that share their lists": peImports,
  "PE exports without number": peExports,
  "PE symbols of one long name": peSymbols,
  "wasm types": () => repeated(1, 500_000, [0x60, 0, 0]),
  "wasm imports": () => repeated(2, 250_000, [0, 0, 0, 0]),
  "wasm functions": () => repeated(3, 1_000_000, [0]),
  "wasm globals": () => repeated(6, 200_000, [0x7f, 0, 0x41, 0, 0x0b]),
  "wasm data": () => repeated(11, 250_000, [0, 0x41, 0, 0x0b, 1, 0x41]),
};
