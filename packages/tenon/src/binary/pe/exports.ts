import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { Image } from "../bytes/image.js";
import { directories, type PeHeaders } from "./headers.js";

/** A function or variable that other files can import. */
export interface PeExport {
  /** `undefined` for an export that only has a number. */
  readonly name: string | undefined;
  readonly ordinal: number;
  /** Relative to the image base; `undefined` for an export of another library. */
  readonly address: number | undefined;
  /** "LIBRARY.name" or "LIBRARY.#7" that the loader uses instead. */
  readonly forwarder: string | undefined;
}

const longestName = 4096;
/** Exports are numbered with 16 bits. */
const mostExports = 0x1_0000;

/**
 * Reads the export table, in the order of its numbers. Source: Microsoft, "PE Format", "The .edata Section".
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function readExports(image: Image, headers: PeHeaders): PeExport[] {
  const directory = headers.directories[directories.exports];
  if (directory === undefined || directory.address === 0) return [];
  const base = headers.imageBase;
  const table = base + directory.address;
  const field = (offset: number) => image.u32(table + offset);
  const ordinalBase = field(16);
  const functionCount = field(20);
  const nameCount = field(24);
  if (functionCount > mostExports || nameCount > mostExports)
    throw malformed(
      `the export table has ${Math.max(functionCount, nameCount)} entries, and exports are numbered with 16 bits`,
    );
  const allowance = new Allowance("the names of exports", 4 * image.bytes.length + 4096);
  const text = (address: number) => {
    const name = image.cString(base + address, longestName);
    allowance.spend(name.length);
    return name;
  };
  const names = new Map<number, string[]>();
  if (nameCount > 0) {
    const nameTable = image.offsetOf(base + field(32), nameCount * 4);
    const numberTable = image.offsetOf(base + field(36), nameCount * 2);
    for (let index = 0; index < nameCount; index++) {
      const number = image.reader.u16(numberTable + index * 2);
      if (number >= functionCount)
        throw malformed(`the name of export ${index} refers to function ${number}, but there are ${functionCount}`);
      const name = text(image.reader.u32(nameTable + index * 4));
      const others = names.get(number);
      if (others === undefined) names.set(number, [name]);
      else others.push(name);
    }
  }
  if (functionCount === 0) return [];
  const functionTable = image.offsetOf(base + field(28), functionCount * 4);
  const found: PeExport[] = [];
  for (let number = 0; number < functionCount; number++) {
    const address = image.reader.u32(functionTable + number * 4);
    if (address === 0) continue;
    const isForwarder = address >= directory.address && address < directory.address + directory.size;
    const forwarder = isForwarder ? text(address) : undefined;
    for (const name of names.get(number) ?? [undefined])
      found.push({
        name,
        ordinal: ordinalBase + number,
        address: isForwarder ? undefined : address,
        forwarder,
      });
  }
  return found;
}
