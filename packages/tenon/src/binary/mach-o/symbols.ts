import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import type { MachOHeader } from "./header.js";
import { expectSize, type LoadCommand, loadCommands } from "./load-commands.js";

/** One entry of the symbol table. Source: `mach-o/nlist.h`. */
export interface MachOSymbol {
  readonly name: string;
  readonly kind: "undefined" | "absolute" | "section" | "common" | "indirect" | "debug" | "other";
  /** Visible outside the file: exported if defined, imported if undefined. */
  readonly external: boolean;
  readonly weak: boolean;
  /** Number of the section, from 1; 0 for none. */
  readonly section: number;
  readonly value: number;
  /**
   * For an undefined symbol: the number of the library that defines it, from 1; 0 this file, 254 any, 255 the main program.
   * `undefined` for other symbols, and in files whose symbols are looked up in every library (without MH_TWOLEVEL).
   */
  readonly library: number | undefined;
}

const flagTwoLevel = 0x80;

/**
 * Reads the symbol table (LC_SYMTAB) in file order; empty in a stripped file. The exports trie is the better source for
 * what other files can use.
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function readMachOSymbols(
  reader: ByteReader,
  commands: readonly LoadCommand[],
  header: MachOHeader,
): MachOSymbol[] {
  const { bits } = header;
  const isTwoLevel = (header.flags & flagTwoLevel) !== 0;
  const command = commands.find((each) => each.command === loadCommands.symbolTable);
  if (command === undefined) return [];
  expectSize(command, 24);
  const start = reader.u32(command.offset + 8);
  const count = reader.u32(command.offset + 12);
  const stringStart = reader.u32(command.offset + 16);
  const stringSize = reader.u32(command.offset + 20);
  if (count === 0) return [];
  const entrySize = bits === 64 ? 16 : 12;
  reader.slice(start, count * entrySize);
  const strings = reader.slice(stringStart, stringSize);
  const names = new Allowance("the names of symbols", 16 * strings.length + 4096);
  const symbols: MachOSymbol[] = [];
  for (let at = start; at < start + count * entrySize; at += entrySize) {
    const nameOffset = reader.u32(at);
    if (nameOffset !== 0 && nameOffset >= stringSize)
      throw malformed("a symbol's name lies outside the string table", at);
    const name = nameOffset === 0 ? "" : reader.cString(stringStart + nameOffset, stringSize - nameOffset);
    names.spend(name.length);
    const type = reader.u8(at + 4);
    const description = reader.u16(at + 6);
    const value = Number(bits === 64 ? reader.u64Wide(at + 8) : reader.u32(at + 8));
    const kind = kindOf(type, value);
    symbols.push({
      name,
      kind,
      external: kind !== "debug" && (type & 0x01) !== 0 && (type & 0x10) === 0,
      weak: (description & (kind === "undefined" ? 0x40 : 0x80)) !== 0,
      section: reader.u8(at + 5),
      value,
      library: kind === "undefined" && isTwoLevel ? description >>> 8 : undefined,
    });
  }
  return symbols;
}

function kindOf(type: number, value: number): MachOSymbol["kind"] {
  if ((type & 0xe0) !== 0) return "debug";
  switch (type & 0x0e) {
    case 0x00:
      return (type & 1) !== 0 && value !== 0 ? "common" : "undefined";
    case 0x02:
      return "absolute";
    case 0x0a:
      return "indirect";
    case 0x0c:
      return "undefined";
    case 0x0e:
      return "section";
    default:
      return "other";
  }
}
