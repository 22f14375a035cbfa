import { malformed } from "../../errors/factories/binary.js";
import { Allowance } from "../bytes/allowance.js";
import type { Abbreviation } from "./abbreviations.js";
import { attributes, tags } from "./constants.js";
import { DwarfCursor } from "./cursor.js";
import { Dwarf, type Entry } from "./dwarf.js";
import { sizeOfValues, skipForm } from "./form.js";
import { type LineHeader, readLineHeader } from "./line-header.js";
import { type Row, rowsOf } from "./line-program.js";
import { eachRange, type RangeContext, rangeAttributes } from "./ranges.js";
import type { FindDwarfSection } from "./sections.js";
import type { UnitHeader } from "./unit-header.js";

/** A function that was running at an address, and where in the source. */
export interface Position {
  /** The name for the linker, or the one in the source if there is no other; `undefined` if the debug data has none. */
  readonly name: string | undefined;
  /** As the compiler wrote it: absolute, or relative to a folder that is not known. */
  readonly file: string | undefined;
  /** From 1. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** How much is read for one request: the units of a very large program. */
const mostBytes = 32 * 1024 * 1024;
const mostRanges = 1024 * 1024;
const mostText = 4 * 1024 * 1024;
const deepest = 512;
const mostInlined = 64;
const mostReferences = 8;

const unitWanted: ReadonlySet<number> = new Set([
  ...rangeAttributes,
  attributes.lineProgram,
  attributes.addressBase,
  attributes.rangeListsBase,
  attributes.stringOffsetsBase,
]);
const folderWanted: ReadonlySet<number> = new Set([attributes.compilationFolder, attributes.stringOffsetsBase]);
const scopeWanted: ReadonlySet<number> = new Set([
  ...rangeAttributes,
  attributes.callFile,
  attributes.callLine,
  attributes.callColumn,
]);
const nameWanted: ReadonlySet<number> = new Set([
  attributes.name,
  attributes.linkageName,
  attributes.mipsLinkageName,
  attributes.abstractOrigin,
  attributes.specification,
]);

/**
 * Finds the functions at addresses of code: the innermost first, then those that it is inlined into.
 *
 * @param find the sections of the debug data.
 * @param addresses in a WebAssembly module, offsets in the content of its code section.
 * @returns by address, without those that the debug data does not describe.
 * @throws TENON_BINARY_MALFORMED
 */
export function findPositions(
  find: FindDwarfSection,
  addresses: Iterable<number>,
): ReadonlyMap<number, readonly Position[]> {
  const info = find("info");
  if (info === undefined || info.length === 0) return new Map();
  return new PositionSearch(new Dwarf(info, find), addresses).run();
}

/** A function that contains an address, or a copy of one inside of it. */
interface Scope {
  readonly offset: number;
  readonly depth: number;
  readonly call: Row | undefined;
}

/** The functions that contain one address, the outermost first. */
class Chain {
  readonly scopes: Scope[] = [];
  /** Whether the innermost function was left: others that contain the address overlap it. */
  #complete = false;

  add(scope: Scope): void {
    if (this.#complete || this.scopes.length >= mostInlined) return;
    if (scope.depth <= (this.scopes.at(-1)?.depth ?? -1)) return;
    // A function inside of another one is not a part of it.
    if (scope.call === undefined) this.scopes.length = 0;
    else if (this.scopes.length === 0) return;
    this.scopes.push(scope);
  }

  left(depth: number): void {
    const last = this.scopes.at(-1);
    if (last !== undefined && depth <= last.depth) this.#complete = true;
  }
}

class PositionSearch {
  readonly #dwarf: Dwarf;
  readonly #missing: Set<number>;
  readonly #found = new Map<number, readonly Position[]>();
  readonly #bytes = new Allowance("the parts of the debug data", mostBytes);
  readonly #text = new Allowance("the names in the debug data", mostText);
  readonly #ranges = new Allowance("the ranges of the debug data", mostRanges);

  constructor(dwarf: Dwarf, addresses: Iterable<number>) {
    this.#dwarf = dwarf;
    this.#missing = new Set(addresses);
  }

  run(): ReadonlyMap<number, readonly Position[]> {
    for (const unit of this.#dwarf.headers()) {
      if (this.#missing.size === 0) break;
      if (unit.kind === "compile") this.#search(unit);
    }
    return this.#found;
  }

  #search(unit: UnitHeader): void {
    const first = this.#dwarf.entryAt(unit, unit.entries, unitWanted);
    if (first === undefined) return;
    const { values } = first;
    const low = values.get(attributes.lowAddress);
    const base = typeof low === "number" ? low : 0;
    const context: RangeContext = { dwarf: this.#dwarf, unit, base, allowance: this.#ranges };
    const contained = this.#contained(first, context);
    if (contained.length === 0) return;
    const chains = this.#chains(context, contained);
    const program = values.get(attributes.lineProgram);
    let header: LineHeader | undefined;
    let rows: ReadonlyMap<number, Row> = new Map();
    if (typeof program === "number") {
      const folder = this.#dwarf.entryAt(unit, unit.entries, folderWanted)?.values.get(attributes.compilationFolder);
      header = readLineHeader(this.#dwarf, unit, program, typeof folder === "string" ? folder : "");
      this.#bytes.spend(header.end - program);
      rows = rowsOf(header, contained);
    }
    for (const address of contained) {
      const positions = this.#positions(unit, chains.get(address)?.scopes ?? [], rows.get(address), header);
      if (positions.length === 0) continue;
      this.#found.set(address, positions);
      this.#missing.delete(address);
    }
  }

  /** The addresses that belong to an entry, in ascending order. */
  #contained(entry: Entry, context: RangeContext): number[] {
    const contained = new Set<number>();
    eachRange(entry, context, (low, high) => {
      // At 0 is code that the linker left out.
      if (low === 0 || high <= low) return;
      for (const address of this.#missing) if (low <= address && address < high) contained.add(address);
    });
    return [...contained].sort((left, right) => left - right);
  }

  /** Finds the functions that contain the addresses. */
  #chains(context: RangeContext, addresses: readonly number[]): ReadonlyMap<number, Chain> {
    const { dwarf, unit } = context;
    this.#bytes.spend(unit.end - unit.entries);
    const chains = new Map(addresses.map((address) => [address, new Chain()]));
    const cursor = new DwarfCursor(dwarf.info, unit.entries);
    const sizes = new Map<Abbreviation, number | undefined>();
    let depth = 0;
    // The depth of the innermost function around here that contains an address: only in it are copies of others of interest.
    let inside = 0;
    while (cursor.at < unit.end) {
      const offset = cursor.at;
      const shape = dwarf.shapeAt(unit, cursor);
      if (shape === undefined) {
        depth--;
        for (const chain of chains.values()) chain.left(depth);
        if (depth <= 0) break;
        if (depth <= inside) inside = 0;
        continue;
      }
      const { tag } = shape;
      if (tag === tags.subprogram || (tag === tags.inlinedSubroutine && inside > 0)) {
        const entry = dwarf.entryAt(unit, offset, scopeWanted)!;
        const call = tag === tags.subprogram ? undefined : callOf(entry);
        for (const address of this.#contained(entry, context)) {
          chains.get(address)?.add({ offset, depth, call });
          inside ||= depth;
        }
        cursor.at = entry.next;
      } else {
        if (!sizes.has(shape)) sizes.set(shape, sizeOfValues(shape.attributes, unit));
        const size = sizes.get(shape);
        if (size !== undefined) cursor.skip(size);
        else
          for (let index = 1; index < shape.attributes.length; index += 2)
            skipForm(cursor, shape.attributes[index]!, unit);
      }
      if (shape.hasChildren && ++depth > deepest) throw malformed("the debug data is nested too deeply", offset);
    }
    return chains;
  }

  #positions(
    unit: UnitHeader,
    scopes: readonly Scope[],
    row: Row | undefined,
    header: LineHeader | undefined,
  ): Position[] {
    const positions: Position[] = [];
    let at = row;
    for (const { offset, call } of scopes.toReversed()) {
      positions.push(position(this.#nameAt(unit, offset), at, header));
      at = call;
    }
    if (positions.length === 0 && row !== undefined) positions.push(position(undefined, row, header));
    return positions;
  }

  #nameAt(unit: UnitHeader, offset: number): string | undefined {
    let plain: string | undefined;
    let [at, of] = [offset, unit];
    for (let count = 0; count < mostReferences; count++) {
      const values = this.#dwarf.entryAt(of, at, nameWanted)?.values;
      const text = (attribute: number) => {
        const value = values?.get(attribute);
        return typeof value === "string" ? value : undefined;
      };
      for (const value of values?.values() ?? []) if (typeof value === "string") this.#text.spend(value.length);
      const full = text(attributes.linkageName) ?? text(attributes.mipsLinkageName);
      if (full !== undefined) return full;
      plain ??= text(attributes.name);
      const origin = values?.get(attributes.abstractOrigin) ?? values?.get(attributes.specification);
      if (typeof origin !== "number") break;
      [at, of] = [origin, this.#dwarf.unitAt(origin)];
    }
    return plain;
  }
}

function callOf({ values }: Entry): Row {
  const number = (attribute: number) => {
    const value = values.get(attribute);
    return typeof value === "number" ? value : 0;
  };
  return {
    file: number(attributes.callFile),
    line: number(attributes.callLine),
    column: number(attributes.callColumn),
  };
}

function position(name: string | undefined, row: Row | undefined, header: LineHeader | undefined): Position {
  const counted = (value: number | undefined) =>
    value !== undefined && Number.isSafeInteger(value) && value > 0 ? value : undefined;
  return {
    name,
    file: row === undefined ? undefined : header?.path(row.file),
    line: counted(row?.line),
    column: counted(row?.column),
  };
}
