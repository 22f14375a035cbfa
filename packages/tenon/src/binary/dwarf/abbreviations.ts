import { malformed } from "../../errors/factories/binary.js";
import type { Allowance } from "../bytes/allowance.js";
import type { ByteReader } from "../bytes/byte-reader.js";
import { forms } from "./constants.js";
import { DwarfCursor } from "./cursor.js";

/** The shape of entries: their tag, and which attributes follow in which form. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  /** Attribute and form in turn. */
  readonly attributes: readonly number[];
  /** Values that all entries of this shape share, by attribute: they are not in the entries. */
  readonly shared: ReadonlyMap<number, number>;
}

const nothingShared: ReadonlyMap<number, number> = new Map();

/** Compilers write far fewer. */
const mostAttributes = 256;

/**
 * Reads the table that begins at an offset of .debug_abbrev.
 *
 * @param allowance Limits the bytes read, because tables may overlap.
 * @throws TENON_BINARY_MALFORMED
 */
export function readAbbreviations(
  reader: ByteReader,
  offset: number,
  allowance: Allowance,
): ReadonlyMap<number, Abbreviation> {
  const cursor = new DwarfCursor(reader, offset);
  const found = new Map<number, Abbreviation>();
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    const start = cursor.at;
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes: number[] = [];
    let shared: Map<number, number> | undefined;
    for (;;) {
      const attribute = cursor.uleb();
      const form = cursor.uleb();
      if (form === forms.implicit) (shared ??= new Map()).set(attribute, cursor.sleb());
      if (attribute === 0 && form === 0) break;
      if (form === 0) throw malformed("an attribute in the debug data has no form", cursor.at);
      attributes.push(attribute, form);
      if (attributes.length > 2 * mostAttributes)
        throw malformed(`an entry of the debug data has more than ${mostAttributes} attributes`, cursor.at);
    }
    allowance.spend(cursor.at - start);
    found.set(code, { tag, hasChildren, attributes, shared: shared ?? nothingShared });
  }
  return found;
}
