import { malformed } from "../../errors/factories/binary.js";
import { type ConstantValue, readConstant } from "./constant.js";
import type { WasmCursor } from "./cursor.js";

/** A data segment. Offset and size are those of its bytes in the file. */
export interface DataSegment {
  readonly memory: number;
  /** Its address in memory; `undefined` for a passive segment, or if the address is known only at instantiation. */
  readonly address: bigint | undefined;
  readonly passive: boolean;
  readonly offset: number;
  readonly size: number;
}

/**
 * Reads the data section. Source: WebAssembly, "Data Section".
 *
 * @param isWide Whether a memory has 64-bit addresses.
 * @throws TENON_BINARY_MALFORMED
 */
export function readData(
  cursor: WasmCursor,
  globalValue: (index: number) => ConstantValue,
  isWide: (memory: number) => boolean,
): DataSegment[] {
  const count = cursor.count();
  const found: DataSegment[] = [];
  for (let index = 0; index < count; index++) {
    const start = cursor.at;
    const mode = cursor.u32();
    if (mode > 2) throw malformed(`data segment ${index} has the unknown mode ${mode}`, start);
    const memory = mode === 2 ? cursor.u32() : 0;
    const value = mode === 1 ? undefined : readConstant(cursor, globalValue);
    const address = value === undefined ? undefined : BigInt.asUintN(isWide(memory) ? 64 : 32, value);
    const size = cursor.u32();
    const offset = cursor.at;
    cursor.skip(size);
    found.push({ memory, address, passive: mode === 1, offset, size });
  }
  return found;
}
