import { expect, test } from "vitest";
import { partsToRenew } from "./renewal.js";
import { isStateless } from "./stateless-module.js";

const section = (id: number, content: readonly number[]) => [id, content.length, ...content];
const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
const types = section(1, [1, 0x60, 0, 0]);
const moduleOf = (...sections: number[][]) => Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
/** A module with a table and one function with this code. */
const calling = (...code: number[]) =>
  moduleOf(
    types,
    section(3, [1, 0]),
    section(4, [1, 0x70, 0, 1]),
    section(7, [1, ...name("table"), 1, 0]),
    section(10, [1, code.length + 2, 0, ...code, 0x0b]),
  );
const callIndirect = [0x41, 0, 0x11, 0, 0];
const tableFrom = section(2, [1, ...name(""), ...name("table"), 1, 0x70, 0, 1]);

test.each([
  ["only calls others", calling(...callIndirect), true],
  ["only fills a table of another", moduleOf(tableFrom, section(9, [0])), true],
  ["sets an element of its table", calling(0x41, 0, 0xd0, 0x70, 0x26, 0), false],
  ["grows its table", calling(0xd0, 0x70, 0x41, 1, 0xfc, 15, 0, 0x1a), false],
  ["has a memory", moduleOf(section(5, [1, 0, 1])), false],
  ["has a global", moduleOf(section(6, [1, 0x7f, 0, 0x41, 0, 0x0b])), false],
  ["starts", moduleOf(types, section(3, [1, 0]), section(8, [0]), section(10, [1, 2, 0, 0x0b])), false],
  ["has a variable", moduleOf(types, section(3, [1, 0]), section(10, [1, 4, 1, 1, 0x7f, 0x0b])), false],
])("a module that %s: stateless is %s", (_, bytes, expected) => {
  expect(WebAssembly.validate(new Uint8Array(bytes))).toBe(true);
  expect(isStateless(bytes)).toBe(expected);
});

test("a module with state that is given a table gets a new one with each instance", () => {
  const part = (bytes: Uint8Array | undefined, ...from: object[]) =>
    ({
      make() {},
      from,
      module: bytes && { bytes, compiled: new WebAssembly.Module(new Uint8Array(bytes)) },
    }) as unknown as Parameters<typeof partsToRenew>[0][number];
  const relay = part(calling(...callIndirect));
  const table = part(undefined, relay);
  const filling = part(moduleOf(tableFrom, section(9, [0])), table);
  const apart = part(moduleOf(section(5, [1, 0, 1])));
  expect(partsToRenew([relay, table, filling, apart])).toEqual([apart]);
  const changing = part(moduleOf(tableFrom, section(5, [1, 0, 1])), table);
  expect(partsToRenew([relay, table, filling, changing])).toEqual([relay, table, filling, changing]);
});
