import fc from "fast-check";
import { expect, test } from "vitest";
import { leb, signedLeb } from "../testing/assembler.mjs";
import { WasmCursor } from "./cursor.js";

const cursor = (bytes: readonly number[]) => new WasmCursor(new Uint8Array(bytes));
const malformed = expect.objectContaining({ code: "TENON_BINARY_MALFORMED" });

test("every number is read completely and as it was written", () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xffff_ffff }), fc.integer(), fc.bigInt(0n, 2n ** 64n - 1n), (unsigned, signed, wide) => {
      const narrow = BigInt.asIntN(64, wide);
      const all = cursor([...leb(unsigned), ...signedLeb(signed), ...leb(wide), ...signedLeb(narrow)]);
      expect([all.u32(), all.s32(), all.u64(), all.s64(), all.isAtEnd]).toEqual([unsigned, signed, wide, narrow, true]);
    }),
  );
});

test.each([
  ["u32 of 33 bits", [0xff, 0xff, 0xff, 0xff, 0x1f], (each: WasmCursor) => each.u32()],
  ["u32 in six bytes", [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], (each: WasmCursor) => each.u32()],
  ["s32 above its range", signedLeb(2 ** 31), (each: WasmCursor) => each.s32()],
  ["s32 below its range", signedLeb(-(2 ** 31) - 1), (each: WasmCursor) => each.s32()],
  ["s32 with bits beyond", [0xff, 0xff, 0xff, 0xff, 0x4f], (each: WasmCursor) => each.s32()],
  ["s33 above its range", signedLeb(2 ** 32), (each: WasmCursor) => each.s33()],
  ["u64 of 65 bits", leb(2n ** 64n), (each: WasmCursor) => each.u64()],
  ["s64 above its range", signedLeb(2n ** 63n), (each: WasmCursor) => each.s64()],
  ["a number without an end", [0x80, 0x80], (each: WasmCursor) => each.u32()],
  ["a name that is not UTF-8", [2, 0xc3, 0x28], (each: WasmCursor) => each.name()],
  ["a name longer than what is left", [3, 0x61], (each: WasmCursor) => each.name()],
  ["a count larger than what is left", [4, 1, 2, 3], (each: WasmCursor) => each.count()],
])("refused: %s", (_, bytes, read) => {
  expect(() => read(cursor(bytes))).toThrow(malformed);
});

test("a padded number of the right size is accepted, as the specification requires", () => {
  expect(cursor([0x83, 0x80, 0x80, 0x80, 0x00]).u32()).toBe(3);
  expect(cursor([0xff, 0xff, 0xff, 0xff, 0x7f]).s32()).toBe(-1);
});
