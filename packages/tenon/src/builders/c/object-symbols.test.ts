import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { expect, test } from "vitest";
import { appendCustomSection } from "../../binary/wasm/index.js";
import { isTenonError } from "../../errors/index.js";
import { definedFunctions } from "./object-symbols.js";

const header = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const name = (text: string) => [text.length, ...Buffer.from(text)];

/** A symbol table of version 2 with these entries. */
function object(count: number, ...entries: readonly number[][]): Uint8Array {
  const table = [count, ...entries.flat()];
  return appendCustomSection(header, "linking", Uint8Array.from([2, 8, table.length, ...table]));
}

const symbols = [
  [0, 0, 0, ...name("greet")],
  [0, 0x10, 1], // a function of another file, by its import
  [0, 0x50, 1, ...name("renamed")], // the same, with its own name
  [1, 0, ...name("text"), 0, 0, 5],
  [1, 0x10, ...name("errno")],
  [3, 2, 4],
  [2, 0x10, 0],
  [0, 2, 3, ...name("local")],
];

test("definedFunctions() returns the functions that an object file defines", () => {
  expect([...definedFunctions(object(symbols.length, ...symbols))]).toEqual(["greet", "local"]);
});

test("a module that is not an object file defines no functions", () => {
  expect([...definedFunctions(header)]).toEqual([]);
});

test("a changed symbol table is either read or rejected as malformed", () => {
  const whole = object(symbols.length, ...symbols);
  fc.assert(
    fc.property(fc.nat(whole.length - 9), fc.integer({ min: 0, max: 255 }), fc.nat(whole.length), (at, byte, end) => {
      const changed = Uint8Array.from(whole);
      changed[8 + at] = byte;
      try {
        expect(definedFunctions(changed.subarray(0, Math.max(8, end)))).toBeInstanceOf(Set);
      } catch (error) {
        if (!isTenonError(error, "TENON_BINARY_MALFORMED") && !isTenonError(error, "TENON_BINARY_TRUNCATED"))
          throw error;
      }
    }),
    { numRuns: times(2000) },
  );
});
