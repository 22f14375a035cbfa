import { malformed } from "../../errors/factories/binary.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import { forms } from "./constants.js";
import { DwarfCursor } from "./cursor.js";
import type { Dwarf } from "./dwarf.js";
import { skipForm, type UnitShape } from "./form.js";
import type { UnitHeader } from "./unit-header.js";

/** Where a text is. Texts are read when they are used: many entries may refer to the same long one. */
interface Text {
  readonly section: "line" | "line_str" | "str";
  readonly offset: number;
}

/** A source file, and the number of its folder. */
interface ListedFile {
  readonly name: Text | undefined;
  readonly folder: number;
}

/** What stands before the instructions of a line program. */
export interface LineHeader {
  readonly reader: ByteReader;
  /** Of the instructions. */
  readonly start: number;
  readonly end: number;
  readonly addressSize: number;
  readonly shortestInstruction: number;
  readonly lineBase: number;
  readonly lineRange: number;
  /** How many operands each standard instruction has; the first is that of instruction 1. */
  readonly operands: readonly number[];
  /** Returns the path of a file by its number: absolute, or relative to a folder that is not known. */
  path(file: number): string | undefined;
}

const escapeTo64 = 0xffffffff;
const contentPath = 1;
const contentFolder = 2;
const mostFormats = 32;
/** A unit of a real program has some hundred files. */
const mostFiles = 1 << 16;
const longestPath = 4096;

/**
 * Reads the header of a line program.
 *
 * Source: DWARF 5, section 6.2.4, and DWARF 4, section 6.2.4.
 *
 * @param offset in .debug_line.
 * @param compilationFolder what relative paths are relative to.
 * @throws TENON_BINARY_MALFORMED
 */
export function readLineHeader(dwarf: Dwarf, unit: UnitHeader, offset: number, compilationFolder: string): LineHeader {
  const reader = dwarf.section("line");
  const cursor = new DwarfCursor(reader, offset);
  const short = cursor.u32();
  const is64 = short === escapeTo64;
  const length = is64 ? cursor.u64() : short;
  const end = cursor.at + length;
  if (end > reader.length) throw malformed("a line program of the debug data has an invalid length", offset);
  const version = cursor.u16();
  if (version < 2 || version > 5) throw malformed(`the debug data has lines of the unknown version ${version}`, offset);
  let { addressSize } = unit;
  if (version >= 5) {
    addressSize = cursor.u8();
    cursor.skip(1);
  }
  const headerLength = cursor.offset(is64);
  const start = cursor.at + headerLength;
  if (start > end) throw malformed("a line program of the debug data has an invalid header", offset);
  const shortestInstruction = cursor.u8();
  // How many operations an instruction has, at most: more than one only on machines that Tenon does not read.
  if (version >= 4) cursor.skip(1);
  cursor.skip(1);
  const lineBase = (cursor.u8() << 24) >> 24;
  const lineRange = cursor.u8();
  const firstSpecial = cursor.u8();
  const operands: number[] = [];
  for (let code = 1; code < firstSpecial; code++) operands.push(cursor.u8());
  const shape: UnitShape = { version, addressSize, is64 };
  const lists = version >= 5 ? readLists(cursor, shape) : readOldLists(cursor);
  const { folders, files } = lists;
  const path = (number: number): string | undefined => {
    const file = files[version >= 5 ? number : number - 1];
    if (file?.name === undefined) return undefined;
    const folder = folders[version >= 5 ? file.folder : file.folder - 1];
    const parts = [folder, file.name].map((part) => (part === undefined ? "" : read(dwarf, part)));
    return joined(compilationFolder.slice(0, longestPath), ...parts);
  };
  return { reader, start, end, addressSize, shortestInstruction, lineBase, lineRange, operands, path };
}

interface Lists {
  readonly folders: readonly (Text | undefined)[];
  readonly files: readonly ListedFile[];
}

function readOldLists(cursor: DwarfCursor): Lists {
  const folders: Text[] = [];
  for (let name = textAt(cursor); name !== undefined; name = textAt(cursor)) {
    folders.push(name);
    limit(folders.length, cursor);
  }
  const files: ListedFile[] = [];
  for (let name = textAt(cursor); name !== undefined; name = textAt(cursor)) {
    files.push({ name, folder: cursor.uleb() });
    limit(files.length, cursor);
    cursor.skipLeb();
    cursor.skipLeb();
  }
  return { folders, files };
}

function readLists(cursor: DwarfCursor, shape: UnitShape): Lists {
  const folders = readList(cursor, shape).map(({ name }) => name);
  return { folders, files: readList(cursor, shape) };
}

function readList(cursor: DwarfCursor, shape: UnitShape): ListedFile[] {
  const formats: number[] = [];
  const formatCount = cursor.u8();
  if (formatCount > mostFormats) throw malformed("a list of files in the debug data has too many columns", cursor.at);
  for (let index = 0; index < formatCount; index++) formats.push(cursor.uleb(), cursor.uleb());
  const count = cursor.uleb();
  limit(count, cursor);
  const found: ListedFile[] = [];
  for (let index = 0; index < count; index++) {
    let name: Text | undefined;
    let folder = 0;
    for (let at = 0; at < formats.length; at += 2) {
      const [content, form] = [formats[at], formats[at + 1]!];
      if (content === contentPath) name = pathIn(cursor, form, shape);
      else if (content === contentFolder) folder = numberIn(cursor, form, shape);
      else skipForm(cursor, form, shape);
    }
    found.push({ name, folder });
  }
  return found;
}

function limit(count: number, cursor: DwarfCursor): void {
  if (count > mostFiles) throw malformed("a unit of the debug data has too many files", cursor.at);
}

function pathIn(cursor: DwarfCursor, form: number, shape: UnitShape): Text | undefined {
  if (form === forms.string) return textAt(cursor);
  if (form === forms.lineStringPointer) return { section: "line_str", offset: cursor.offset(shape.is64) };
  if (form === forms.stringPointer) return { section: "str", offset: cursor.offset(shape.is64) };
  skipForm(cursor, form, shape);
  return undefined;
}

function numberIn(cursor: DwarfCursor, form: number, shape: UnitShape): number {
  if (form === forms.unsigned) return cursor.uleb();
  if (form === forms.data1) return cursor.u8();
  if (form === forms.data2) return cursor.u16();
  if (form === forms.data4) return cursor.u32();
  skipForm(cursor, form, shape);
  return 0;
}

/** Skips a text; `undefined` if it is empty. */
function textAt(cursor: DwarfCursor): Text | undefined {
  const offset = cursor.at;
  cursor.skipText();
  return cursor.at - offset === 1 ? undefined : { section: "line", offset };
}

function read(dwarf: Dwarf, { section, offset }: Text): string {
  const { bytes } = dwarf.section(section);
  const most = bytes.subarray(offset, offset + longestPath);
  const end = most.indexOf(0);
  return new TextDecoder().decode(end < 0 ? most : most.subarray(0, end));
}

/** With a letter of a drive, or a prefix that a build put in place of the folder, as well. */
const isAbsolute = (path: string) => /^(?:[A-Za-z][\w+.-]*:)?[/\\]/.test(path);

/** Joins a path of which each part may be absolute, and leaves out parts that lead nowhere else. */
function joined(...parts: readonly string[]): string {
  const first = parts.findLastIndex(isAbsolute);
  const whole = parts.slice(Math.max(first, 0)).filter((part) => part !== "");
  const kept: string[] = [];
  for (const part of whole.join("/").split("/")) {
    if (part === "." || (part === "" && kept.length > 0)) continue;
    const before = kept.at(-1);
    if (part !== ".." || before === undefined || before === ".." || before === "") kept.push(part);
    else kept.pop();
  }
  return kept.join("/");
}
