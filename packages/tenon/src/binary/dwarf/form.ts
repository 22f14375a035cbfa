import { malformed } from "../../errors/factories/binary.js";
import { forms } from "./constants.js";
import type { DwarfCursor } from "./cursor.js";

/** The properties of a unit that decide how long its values are. */
export interface UnitShape {
  readonly version: number;
  readonly addressSize: number;
  /** 64-bit DWARF: offsets have 8 bytes. */
  readonly is64: boolean;
}

/** Skips a value. @throws TENON_BINARY_MALFORMED for a form that no version knows */
export function skipForm(cursor: DwarfCursor, form: number, unit: UnitShape): void {
  const size = fixedSize(form, unit);
  if (size !== undefined) cursor.skip(size);
  else if (form === forms.string) cursor.skipText();
  else if (lebForms.has(form)) cursor.skipLeb();
  else if (form === forms.block || form === forms.expression) cursor.skip(cursor.uleb());
  else if (form === forms.block1) cursor.skip(cursor.u8());
  else if (form === forms.block2) cursor.skip(cursor.u16());
  else if (form === forms.block4) cursor.skip(cursor.u32());
  else if (form === forms.indirect) skipForm(cursor, directForm(cursor), unit);
  else throw malformed(`the debug data has a value in the unknown form 0x${form.toString(16)}`, cursor.at);
}

/** Returns how long the values of an entry are; `undefined` if that differs. @param pairs attribute and form in turn */
export function sizeOfValues(pairs: readonly number[], unit: UnitShape): number | undefined {
  let whole = 0;
  for (let index = 1; index < pairs.length; index += 2) {
    const size = fixedSize(pairs[index]!, unit);
    if (size === undefined) return undefined;
    whole += size;
  }
  return whole;
}

const lebForms: ReadonlySet<number> = new Set([
  forms.signed,
  forms.unsigned,
  forms.referenceUnsigned,
  forms.stringIndex,
  forms.addressIndex,
  forms.locationList,
  forms.rangeList,
]);

/** Reads the form before a value of the indirect form. It must not be indirect again. */
export function directForm(cursor: DwarfCursor): number {
  const form = cursor.uleb();
  if (form === forms.indirect || form === forms.implicit)
    throw malformed("an indirect form refers to another indirect form", cursor.at);
  return form;
}

function fixedSize(form: number, unit: UnitShape): number | undefined {
  const offset = unit.is64 ? 8 : 4;
  switch (form) {
    case forms.flagPresent:
    case forms.implicit:
      return 0;
    case forms.data1:
    case forms.flag:
    case forms.reference1:
    case forms.stringIndex1:
    case forms.addressIndex1:
      return 1;
    case forms.data2:
    case forms.reference2:
    case forms.stringIndex2:
    case forms.addressIndex2:
      return 2;
    case forms.stringIndex3:
    case forms.addressIndex3:
      return 3;
    case forms.data4:
    case forms.reference4:
    case forms.stringIndex4:
    case forms.addressIndex4:
    case forms.referenceSupplement4:
      return 4;
    case forms.data8:
    case forms.reference8:
    case forms.referenceSignature:
    case forms.referenceSupplement8:
      return 8;
    case forms.data16:
      return 16;
    case forms.address:
      return unit.addressSize;
    case forms.stringPointer:
    case forms.lineStringPointer:
    case forms.sectionOffset:
    case forms.stringSupplement:
    case forms.gnuReferenceAlternate:
    case forms.gnuStringAlternate:
      return offset;
    case forms.referenceAddress:
      return unit.version <= 2 ? unit.addressSize : offset;
    default:
      return undefined;
  }
}
