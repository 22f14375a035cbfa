import { malformed } from "../../errors/factories/binary.js";
import type { Allowance } from "../bytes/allowance.js";
import { attributes, forms } from "./constants.js";
import { DwarfCursor } from "./cursor.js";
import type { Dwarf, Entry } from "./dwarf.js";
import type { UnitHeader } from "./unit-header.js";

/** Calls back with each range of addresses: the first address, and the one after the last. */
export type EachRange = (low: number, high: number) => void;

/** What the ranges of a unit's entries need of it. */
export interface RangeContext {
  readonly dwarf: Dwarf;
  readonly unit: UnitHeader;
  /** The address that ranges are relative to, unless they say otherwise. */
  readonly base: number;
  /** Limits how many ranges are read, because entries may share lists. */
  readonly allowance: Allowance;
}

/** The attributes that {@link eachRange} reads. */
export const rangeAttributes: readonly number[] = [attributes.lowAddress, attributes.highAddress, attributes.ranges];

const addressForms: ReadonlySet<number> = new Set([
  forms.address,
  forms.addressIndex,
  forms.addressIndex1,
  forms.addressIndex2,
  forms.addressIndex3,
  forms.addressIndex4,
]);

/**
 * Finds the addresses of an entry's code.
 *
 * Source: DWARF 5, section 2.17.
 *
 * @throws TENON_BINARY_MALFORMED
 */
export function eachRange(entry: Entry, context: RangeContext, each: EachRange): void {
  const { values } = entry;
  const list = values.get(attributes.ranges);
  if (typeof list === "number") {
    if (context.unit.version >= 5) listed(list, context, each);
    else pairs(list, context, each);
    return;
  }
  const low = values.get(attributes.lowAddress);
  const high = values.get(attributes.highAddress);
  if (typeof low !== "number" || typeof high !== "number") return;
  const isAddress = addressForms.has(entry.form(attributes.highAddress) ?? forms.address);
  each(low, isAddress ? high : low + high);
}

/** A list of .debug_ranges. Source: DWARF 4, section 2.17.3. */
function pairs(offset: number, { dwarf, unit, base, allowance }: RangeContext, each: EachRange): void {
  const size = unit.addressSize;
  const cursor = new DwarfCursor(dwarf.section("ranges"), offset);
  const largest = 2 ** (8 * size) - 1;
  let start = base;
  for (;;) {
    allowance.spend(1);
    const first = cursor.address(size);
    const second = cursor.address(size);
    if (first === 0 && second === 0) return;
    if (first === largest) start = second;
    else each(start + first, start + second);
  }
}

const kinds = {
  end: 0,
  baseIndex: 1,
  startEndIndex: 2,
  startIndexLength: 3,
  offsets: 4,
  base: 5,
  startEnd: 6,
  startLength: 7,
} as const;

/** A list of .debug_rnglists. Source: DWARF 5, section 7.25. */
function listed(offset: number, { dwarf, unit, base, allowance }: RangeContext, each: EachRange): void {
  const size = unit.addressSize;
  const cursor = new DwarfCursor(dwarf.section("rnglists"), offset);
  const indexed = () => dwarf.indexedAddress(unit, cursor.uleb());
  let start = base;
  for (;;) {
    allowance.spend(1);
    const kind = cursor.u8();
    switch (kind) {
      case kinds.end:
        return;
      case kinds.baseIndex:
        start = indexed();
        break;
      case kinds.base:
        start = cursor.address(size);
        break;
      case kinds.startEndIndex:
        each(indexed(), indexed());
        break;
      case kinds.startIndexLength: {
        const low = indexed();
        each(low, low + cursor.uleb());
        break;
      }
      case kinds.offsets:
        each(start + cursor.uleb(), start + cursor.uleb());
        break;
      case kinds.startEnd:
        each(cursor.address(size), cursor.address(size));
        break;
      case kinds.startLength: {
        const low = cursor.address(size);
        each(low, low + cursor.uleb());
        break;
      }
      default:
        throw malformed(`the debug data has a range of the unknown kind ${kind}`, cursor.at);
    }
  }
}
