import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import type { Binary } from "../read-binary.js";
import { type Abbreviation, readAbbreviations } from "./abbreviations.js";
import { attributes, forms, languageGo } from "./constants.js";
import { DwarfCursor } from "./cursor.js";
import { directForm, skipForm } from "./form.js";
import { type DwarfSectionName, type FindDwarfSection, findDwarf } from "./sections.js";
import { readUnitHeader, type UnitHeader } from "./unit-header.js";

/** One compiled unit as the compiler describes it: a package in Go, a file in C. */
export interface CompileUnit {
  /** A Go package's import path; a C file's name. */
  readonly name: string;
  /** The compiler, with the flags that matter: "Go cmd/compile go1.26.8; regabi", "GNU C17 12.2.0 …". */
  readonly producer: string;
  /** DW_LANG_…: 0x16 Go, 0x1d C11, 0x1a C++11, 0x1c Rust. */
  readonly language: number | undefined;
  readonly isGo: boolean;
  /** Of its header in .debug_info, for {@link Dwarf.unitAt}. */
  readonly header: UnitHeader;
}

/** An entry of the debug data with the requested attributes. */
export interface Entry {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Addresses, numbers, strings, and offsets in the section that the attribute refers to. */
  readonly values: ReadonlyMap<number, number | string>;
  /** The form of a value, if the entry has it directly. */
  form(attribute: number): number | undefined;
  /** Where the next entry begins: the first child, if there are children. */
  readonly next: number;
}

/** A value that is an index into a table, whose place another attribute of the unit may give. */
interface Indexed {
  readonly table: "text" | "address" | "ranges";
  readonly index: number;
}

/** Where the tables of a unit begin, which its first entry says. */
interface TableBases {
  readonly stringOffsets: number | undefined;
  readonly addresses: number | undefined;
  readonly rangeLists: number | undefined;
}

/**
 * Debug data in DWARF 2 to 5. Every part is read and decompressed on first use.
 * Source: DWARF Debugging Information Format, versions 4 and 5, section 7.
 */
export class Dwarf {
  readonly info: ByteReader;
  readonly #find: FindDwarfSection;
  readonly #bases = new Map<number, TableBases>();
  readonly #abbreviations = new Map<number, ReadonlyMap<number, Abbreviation>>();
  /** Entries share strings. Real programs share far less than this limit. */
  readonly #texts: Allowance;
  #shapes: Allowance | undefined;
  #headers: readonly UnitHeader[] | undefined;

  constructor(info: ByteReader, find: FindDwarfSection) {
    this.info = info;
    this.#find = find;
    this.#texts = new Allowance("the texts of the debug data", 64 * info.length + longestText);
  }

  /** Every compile unit, in the file's order. @throws TENON_BINARY_MALFORMED */
  *compileUnits(): Generator<CompileUnit> {
    for (const header of this.headers()) {
      if (header.kind !== "compile") continue;
      const entry = this.entryAt(header, header.entries, unitAttributes);
      if (entry === undefined) continue;
      const text = (attribute: number) => {
        const value = entry.values.get(attribute);
        return typeof value === "string" ? value : "";
      };
      const language = entry.values.get(attributes.language);
      yield {
        name: text(attributes.name),
        producer: text(attributes.producer),
        language: typeof language === "number" ? language : undefined,
        isGo: language === languageGo,
        header,
      };
    }
  }

  /** The headers of all units, in the file's order. @throws TENON_BINARY_MALFORMED */
  *headers(): Generator<UnitHeader> {
    for (let at = 0; at < this.info.length; ) {
      const header = readUnitHeader(this.info, at);
      yield header;
      at = header.end;
    }
  }

  /** Returns the unit that contains an offset of .debug_info. @throws TENON_BINARY_MALFORMED if there is none */
  unitAt(offset: number): UnitHeader {
    this.#headers ??= [...this.headers()];
    let low = 0;
    let high = this.#headers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#headers[middle]!.end <= offset) low = middle + 1;
      else high = middle;
    }
    const header = this.#headers[low];
    if (header === undefined || offset < header.entries)
      throw malformed("the debug data refers to an offset outside its units", offset);
    return header;
  }

  /**
   * Reads an entry.
   *
   * @param wanted The attributes to keep; others are skipped.
   * @returns `undefined` for the mark that ends a list of children.
   * @throws TENON_BINARY_MALFORMED
   */
  entryAt(unit: UnitHeader, offset: number, wanted: ReadonlySet<number>): Entry | undefined {
    const cursor = new DwarfCursor(this.info, offset);
    const abbreviation = this.shapeAt(unit, cursor);
    if (abbreviation === undefined) return undefined;
    const values = new Map<number, number | string>();
    const indexed: [number, Indexed][] = [];
    const { tag, hasChildren, attributes: pairs, shared } = abbreviation;
    for (let index = 0; index < pairs.length; index += 2) {
      const attribute = pairs[index]!;
      let form = pairs[index + 1]!;
      if (!wanted.has(attribute)) {
        skipForm(cursor, form, unit);
        continue;
      }
      if (form === forms.indirect) form = directForm(cursor);
      const value = this.#value(cursor, form, unit);
      if (typeof value === "object") indexed.push([attribute, value]);
      else if (value !== undefined) values.set(attribute, value);
    }
    for (const [attribute, value] of shared) if (wanted.has(attribute)) values.set(attribute, value);
    if (indexed.length > 0) {
      const bases = offset === unit.entries ? basesIn(values) : this.#basesOf(unit);
      for (const [attribute, value] of indexed) values.set(attribute, this.#indexed(unit, value, bases));
    }
    if (cursor.at > unit.end) throw malformed("an entry of the debug data extends beyond its unit", offset);
    return { tag, hasChildren, values, next: cursor.at, form: (attribute) => formIn(pairs, attribute) };
  }

  /**
   * Returns the shape of the entry at an offset, and where its values begin; `undefined` for the mark that ends a list of
   * children.
   *
   * @throws TENON_BINARY_MALFORMED
   */
  shapeAt(unit: UnitHeader, cursor: DwarfCursor): Abbreviation | undefined {
    const start = cursor.at;
    const code = cursor.uleb();
    if (code === 0) return undefined;
    const found = this.#abbreviationsOf(unit).get(code);
    if (found === undefined) throw malformed(`the debug data uses the unknown abbreviation ${code}`, start);
    return found;
  }

  /** A section other than the entries. @throws TENON_BINARY_MALFORMED if there is none */
  section(name: DwarfSectionName): ByteReader {
    const found = this.#find(name);
    if (found === undefined) throw malformed(`the debug data has no section ${name}`);
    return found;
  }

  /** Reads an address in the table of a unit. @throws TENON_BINARY_MALFORMED */
  indexedAddress(unit: UnitHeader, index: number, base = this.#basesOf(unit).addresses): number {
    const start = base ?? (unit.is64 ? 16 : 8);
    return new DwarfCursor(this.section("addr"), start + index * unit.addressSize).address(unit.addressSize);
  }

  /** Reads a text of a section. @throws TENON_BINARY_MALFORMED */
  text(section: "str" | "line_str", offset: number): string {
    const text = this.section(section).cString(offset, longestText);
    this.#texts.spend(text.length);
    return text;
  }

  #basesOf(unit: UnitHeader): TableBases {
    let found = this.#bases.get(unit.start);
    if (found === undefined) {
      found = basesIn(this.entryAt(unit, unit.entries, baseAttributes)?.values ?? new Map());
      this.#bases.set(unit.start, found);
    }
    return found;
  }

  #abbreviationsOf({ abbreviations }: UnitHeader): ReadonlyMap<number, Abbreviation> {
    let found = this.#abbreviations.get(abbreviations);
    if (found === undefined) {
      const section = this.#find("abbrev");
      if (section === undefined) throw malformed("the debug data has no section abbrev");
      this.#shapes ??= new Allowance("the tables of the debug data", 4 * section.length);
      found = readAbbreviations(section, abbreviations, this.#shapes);
      this.#abbreviations.set(abbreviations, found);
    }
    return found;
  }

  /** Reads a number, a string, or a reference as an offset of .debug_info; `undefined` for other kinds of values. */
  #value(cursor: DwarfCursor, form: number, unit: UnitHeader): number | string | Indexed | undefined {
    switch (form) {
      case forms.data1:
      case forms.flag:
        return cursor.u8();
      case forms.data2:
        return cursor.u16();
      case forms.data4:
        return cursor.u32();
      case forms.data8:
        return cursor.address(8);
      case forms.unsigned:
        return cursor.uleb();
      case forms.signed:
        return cursor.sleb();
      case forms.address:
        return cursor.address(unit.addressSize);
      case forms.addressIndex:
        return { table: "address", index: cursor.uleb() };
      case forms.addressIndex1:
        return { table: "address", index: cursor.u8() };
      case forms.addressIndex2:
        return { table: "address", index: cursor.u16() };
      case forms.addressIndex3:
        return { table: "address", index: cursor.u24() };
      case forms.addressIndex4:
        return { table: "address", index: cursor.u32() };
      case forms.rangeList:
        return { table: "ranges", index: cursor.uleb() };
      case forms.flagPresent:
        return 1;
      case forms.sectionOffset:
        return cursor.offset(unit.is64);
      case forms.string: {
        const start = cursor.at;
        cursor.skipText();
        return this.info.text(start, Math.min(cursor.at - 1 - start, longestText));
      }
      case forms.stringPointer:
        return this.text("str", cursor.offset(unit.is64));
      case forms.lineStringPointer:
        return this.text("line_str", cursor.offset(unit.is64));
      case forms.stringIndex:
        return { table: "text", index: cursor.uleb() };
      case forms.stringIndex1:
        return { table: "text", index: cursor.u8() };
      case forms.stringIndex2:
        return { table: "text", index: cursor.u16() };
      case forms.stringIndex3:
        return { table: "text", index: cursor.u24() };
      case forms.stringIndex4:
        return { table: "text", index: cursor.u32() };
      case forms.reference1:
        return unit.start + cursor.u8();
      case forms.reference2:
        return unit.start + cursor.u16();
      case forms.reference4:
        return unit.start + cursor.u32();
      case forms.reference8:
        return unit.start + cursor.u64();
      case forms.referenceUnsigned:
        return unit.start + cursor.uleb();
      case forms.referenceAddress:
        return cursor.offset(unit.version <= 2 ? unit.addressSize === 8 : unit.is64);
      default:
        skipForm(cursor, form, unit);
        return undefined;
    }
  }

  #indexed(unit: UnitHeader, { table, index }: Indexed, bases: TableBases): number | string {
    if (table === "address") return this.indexedAddress(unit, index, bases.addresses);
    const size = unit.is64 ? 8 : 4;
    if (table === "ranges") {
      // After the header of the table, if the unit does not say.
      const start = bases.rangeLists ?? (unit.is64 ? 20 : 12);
      return start + new DwarfCursor(this.section("rnglists"), start + index * size).offset(unit.is64);
    }
    const start = bases.stringOffsets ?? 2 * size;
    return this.text("str", new DwarfCursor(this.section("str_offsets"), start + index * size).offset(unit.is64));
  }
}

function basesIn(values: Entry["values"]): TableBases {
  const number = (attribute: number) => {
    const value = values.get(attribute);
    return typeof value === "number" ? value : undefined;
  };
  return {
    stringOffsets: number(attributes.stringOffsetsBase),
    addresses: number(attributes.addressBase),
    rangeLists: number(attributes.rangeListsBase),
  };
}

function formIn(pairs: readonly number[], attribute: number): number | undefined {
  for (let index = 0; index < pairs.length; index += 2) if (pairs[index] === attribute) return pairs[index + 1];
  return undefined;
}

const longestText = 1 << 16;
const baseAttributes: ReadonlySet<number> = new Set([
  attributes.stringOffsetsBase,
  attributes.addressBase,
  attributes.rangeListsBase,
]);
const unitAttributes: ReadonlySet<number> = new Set([
  attributes.name,
  attributes.producer,
  attributes.language,
  ...baseAttributes,
]);

/**
 * Returns the debug data of a program file; `undefined` if it has none.
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function readDwarf(binary: Binary): Dwarf | undefined {
  const find = findDwarf(binary);
  const info = find?.("info");
  return find === undefined || info === undefined || info.length === 0 ? undefined : new Dwarf(info, find);
}
