import { malformed } from "../../errors/factories/binary.js";
import type { WasmCursor } from "./cursor.js";
import { readHeapType } from "./types.js";

/** The value of a constant expression if it is a number known from the file; `undefined` otherwise. */
export type ConstantValue = bigint | undefined;

/**
 * Reads a constant expression to its end. Source: WebAssembly, "Constant Expressions".
 *
 * @param globalValue Returns the value of an earlier global, if it is known.
 * @throws TENON_BINARY_MALFORMED, also for an instruction that is not constant
 */
export function readConstant(cursor: WasmCursor, globalValue: (index: number) => ConstantValue): ConstantValue {
  // A plain number, as in the many thousand data segments of a Go program.
  if (cursor.peek() === 0x41) {
    const start = cursor.at++;
    const value = cursor.s32();
    if (cursor.peek() === 0x0b) {
      cursor.at++;
      return BigInt(value);
    }
    cursor.at = start;
  }
  return readExpression(cursor, globalValue);
}

function readExpression(cursor: WasmCursor, globalValue: (index: number) => ConstantValue): ConstantValue {
  const stack: ConstantValue[] = [];
  const compute = (bits: number, combine: (left: bigint, right: bigint) => bigint) => {
    if (stack.length < 2) throw malformed("a constant expression pops more values than it pushed", cursor.at);
    const right = stack.pop();
    const left = stack.pop();
    stack.push(left === undefined || right === undefined ? undefined : BigInt.asIntN(bits, combine(left, right)));
  };
  for (;;) {
    const start = cursor.at;
    const instruction = cursor.byte();
    switch (instruction) {
      case 0x0b:
        return stack.pop();
      case 0x41:
        stack.push(BigInt(cursor.s32()));
        break;
      case 0x42:
        stack.push(cursor.s64());
        break;
      case 0x43:
        cursor.skip(4);
        stack.push(undefined);
        break;
      case 0x44:
        cursor.skip(8);
        stack.push(undefined);
        break;
      case 0x23:
        stack.push(globalValue(cursor.u32()));
        break;
      case 0x6a:
      case 0x7c:
        compute(instruction === 0x6a ? 32 : 64, (left, right) => left + right);
        break;
      case 0x6b:
      case 0x7d:
        compute(instruction === 0x6b ? 32 : 64, (left, right) => left - right);
        break;
      case 0x6c:
      case 0x7e:
        compute(instruction === 0x6c ? 32 : 64, (left, right) => left * right);
        break;
      case 0xd0:
        readHeapType(cursor);
        stack.push(undefined);
        break;
      case 0xd2:
        cursor.u32();
        stack.push(undefined);
        break;
      case 0xfb:
        skipAggregate(cursor);
        stack.push(undefined);
        break;
      case 0xfd:
        if (cursor.u32() !== 12)
          throw malformed("expected a constant expression, found an instruction that is not constant", start);
        cursor.skip(16);
        stack.push(undefined);
        break;
      default:
        throw malformed("expected a constant expression, found an instruction that is not constant", start);
    }
  }
}

/** Instructions that make structs, arrays and small integers. Their results are not numbers, so no value is tracked. */
function skipAggregate(cursor: WasmCursor): void {
  const start = cursor.at;
  const instruction = cursor.u32();
  // struct.new, struct.new_default, array.new, array.new_default
  if ([0, 1, 6, 7].includes(instruction)) cursor.u32();
  else if (instruction === 8) {
    // array.new_fixed
    cursor.u32();
    cursor.u32();
  } else if (![26, 27, 28].includes(instruction))
    throw malformed("expected a constant expression, found an instruction that is not constant", start);
}
