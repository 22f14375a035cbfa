import { malformed } from "../../errors/factories/binary.js";
import { DwarfCursor } from "./cursor.js";
import type { LineHeader } from "./line-header.js";

/** Where in the source an instruction comes from. */
export interface Row {
  readonly file: number;
  /** 0 for code that the compiler added. */
  readonly line: number;
  /** From 1; 0 if it is not known. */
  readonly column: number;
}

const standard = {
  extended: 0,
  copy: 1,
  advanceAddress: 2,
  advanceLine: 3,
  setFile: 4,
  setColumn: 5,
  addConstant: 8,
  addFixed: 9,
} as const;
const extended = { endSequence: 1, setAddress: 2 } as const;

/**
 * Runs a line program, and returns the rows that cover the addresses.
 *
 * Source: DWARF 5, section 6.2.5.
 *
 * @param addresses in ascending order.
 * @throws TENON_BINARY_MALFORMED
 */
export function rowsOf(header: LineHeader, addresses: readonly number[]): ReadonlyMap<number, Row> {
  const { shortestInstruction, lineBase, lineRange, operands } = header;
  const found = new Map<number, Row>();
  const [least = 0, most = 0] = [addresses[0], addresses.at(-1)];
  const cursor = new DwarfCursor(header.reader, header.start);
  const firstSpecial = operands.length + 1;
  let address = 0;
  let file = 1;
  let line = 1;
  let column = 0;
  // The row before, which reaches up to the next one.
  let before: (Row & { readonly address: number }) | undefined;
  // Whether the sequence begins at 0: it is of code that the linker left out.
  let isRemoved: boolean | undefined;
  const reach = (end: number) => {
    if (before === undefined || end <= least) return;
    for (const each of addresses) if (before.address <= each && each < end && !found.has(each)) found.set(each, before);
  };
  const emit = () => {
    reach(address);
    isRemoved ??= address === 0;
    before = isRemoved || address > most ? undefined : { address, file, line, column };
  };
  const advance = (operations: number) => {
    address += operations * shortestInstruction;
  };
  const special = (code: number) => {
    if (lineRange === 0) throw malformed("a line program of the debug data has lines without a range", cursor.at);
    return Math.floor((code - firstSpecial) / lineRange);
  };
  while (cursor.at < header.end) {
    const code = cursor.u8();
    if (code >= firstSpecial) {
      advance(special(code));
      line += lineBase + ((code - firstSpecial) % lineRange);
      emit();
      continue;
    }
    switch (code) {
      case standard.extended: {
        const length = cursor.uleb();
        const next = cursor.at + length;
        if (length === 0 || next > header.end)
          throw malformed("an instruction of a line program has an invalid length", cursor.at);
        const kind = cursor.u8();
        if (kind === extended.endSequence) {
          reach(address);
          before = isRemoved = undefined;
          [address, file, line, column] = [0, 1, 1, 0];
        } else if (kind === extended.setAddress && [2, 4, 8].includes(length - 1)) {
          address = cursor.address(length - 1);
        }
        cursor.at = next;
        break;
      }
      case standard.copy:
        emit();
        break;
      case standard.advanceAddress:
        advance(cursor.uleb());
        break;
      case standard.advanceLine:
        line += cursor.sleb();
        break;
      case standard.setFile:
        file = cursor.uleb();
        break;
      case standard.setColumn:
        column = cursor.uleb();
        break;
      case standard.addConstant:
        advance(special(255));
        break;
      case standard.addFixed:
        address += cursor.u16();
        break;
      default:
        for (let count = operands[code - 1]!; count > 0; count--) cursor.skipLeb();
    }
  }
  return found;
}
