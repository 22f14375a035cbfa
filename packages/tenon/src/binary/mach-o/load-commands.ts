import { malformed } from "../../errors/factories/binary.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import type { MachOHeader } from "./header.js";

/** One load command: its number (without LC_REQ_DYLD), its offset and size in bytes. */
export interface LoadCommand {
  readonly command: number;
  readonly offset: number;
  readonly size: number;
}

/** The load commands that Tenon reads. Source: `mach-o/loader.h`. */
export const loadCommands = {
  segment32: 0x01,
  symbolTable: 0x02,
  unixThread: 0x05,
  dynamicSymbolTable: 0x0b,
  loadDylib: 0x0c,
  idDylib: 0x0d,
  loadDylinker: 0x0e,
  loadWeakDylib: 0x18,
  segment64: 0x19,
  uuid: 0x1b,
  runPath: 0x1c,
  codeSignature: 0x1d,
  reexportDylib: 0x1f,
  lazyLoadDylib: 0x20,
  encryptionInfo: 0x21,
  dyldInfo: 0x22,
  loadUpwardDylib: 0x23,
  versionMinMacos: 0x24,
  versionMinIphoneos: 0x25,
  main: 0x28,
  encryptionInfo64: 0x2c,
  versionMinTvos: 0x2f,
  versionMinWatchos: 0x30,
  buildVersion: 0x32,
  exportsTrie: 0x33,
  chainedFixups: 0x34,
} as const;

const requiredByLoader = 0x8000_0000;

/** Lists the load commands. @throws TENON_BINARY_MALFORMED if one does not fit in the size that the header states */
export function readLoadCommands(reader: ByteReader, header: MachOHeader): LoadCommand[] {
  const found: LoadCommand[] = [];
  const end = header.size + header.commandBytes;
  let offset: number = header.size;
  for (let index = 0; index < header.commandCount; index++) {
    if (offset + 8 > end) throw malformed(`load command ${index} lies outside the load commands`, offset);
    const size = reader.u32(offset + 4);
    if (size < 8 || offset + size > end) throw malformed(`load command ${index} has a size of ${size} bytes`, offset);
    const command = reader.u32(offset);
    found.push({ command: command >= requiredByLoader ? command - requiredByLoader : command, offset, size });
    offset += size;
  }
  return found;
}

/** Reads a string inside a load command, at an offset from the command's start. @throws TENON_BINARY_MALFORMED */
export function commandString(reader: ByteReader, command: LoadCommand, start: number): string {
  if (start < 8 || start > command.size)
    throw malformed("the string of a load command lies outside the command", command.offset);
  // The string may extend to the end of the command without a NUL.
  const text = reader.text(command.offset + start, command.size - start);
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}

/** Checks that a command has at least a given size. @throws TENON_BINARY_MALFORMED */
export function expectSize(command: LoadCommand, size: number): void {
  if (command.size < size)
    throw malformed(`load command 0x${command.command.toString(16)} is too short`, command.offset);
}

/** Returns the location of the data of a command of the form LC_…_DATA. */
export function linkEditData(reader: ByteReader, command: LoadCommand): { offset: number; size: number } {
  expectSize(command, 16);
  return { offset: reader.u32(command.offset + 8), size: reader.u32(command.offset + 12) };
}
