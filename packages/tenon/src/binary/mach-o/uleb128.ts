import { malformed } from "../../errors/factories/binary.js";

/**
 * Reads an unsigned LEB128 number as Apple's linkers write it (padding is allowed). It must be exact as a number.
 *
 * @returns The value, and the position after it.
 * @throws TENON_BINARY_MALFORMED
 */
export function readUleb128(bytes: Uint8Array, offset: number): { value: number; next: number } {
  let value = 0;
  let scale = 1;
  for (let at = offset; at < offset + 10; at++) {
    const byte = bytes[at];
    if (byte === undefined) break;
    value += (byte & 0x7f) * scale;
    if (value > Number.MAX_SAFE_INTEGER) break;
    if (byte < 0x80) return { value, next: at + 1 };
    scale *= 128;
  }
  throw malformed("a variable-length number is too large or does not end");
}
