import { expect, test } from "vitest";
import { WasmCursor } from "./cursor.js";
import { withReadableFunctions, withReadableNames } from "./function-names.js";

const leb = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)]);
const sized = (bytes: readonly number[]) => [...leb(bytes.length), ...bytes];
const text = (name: string) => sized([...Buffer.from(name)]);
const section = (id: number, names: readonly string[]) => [
  id,
  ...sized([...leb(names.length), ...names.flatMap((name, index) => [...leb(index), ...text(name)])]),
];

function namesIn(content: Uint8Array): Record<number, string[]> {
  const found: Record<number, string[]> = {};
  const sections = new WasmCursor(content);
  while (!sections.isAtEnd) {
    const id = sections.byte();
    const list = sections.part(sections.u32());
    found[id] = Array.from({ length: list.count() }, (_, index) => {
      expect(list.u32()).toBe(index);
      return list.name();
    });
    expect(list.isAtEnd).toBe(true);
  }
  return found;
}

const mangled = "_ZN5fails7checked17h0123456789abcdefE";
const longest = `_ZN${"4same".repeat(180)}17h0123456789abcdefE`;

test("names that Rust has mangled become readable; others, and what follows them, stay", () => {
  const names = ["run", mangled, "ü", "_RNvC5fails7checked", "_RNv", "_Z3addii", longest, ...Array(200).fill(mangled)];
  const content = Uint8Array.from([...section(1, names), ...section(7, ["a type", mangled])]);
  const read = namesIn(withReadableNames(content));
  expect(read[1]!.slice(0, 6)).toEqual(["run", "fails::checked", "ü", "fails::checked", "_RNv", "_Z3addii"]);
  expect(read[1]![6]).toBe("same::".repeat(50));
  expect(read[1]!.slice(7)).toEqual(Array(200).fill("fails::checked"));
  expect(read[7]).toEqual(["a type", mangled]);
});

test("no more than 50,000 names are read, and none that is very long", () => {
  const long = `_ZN2000${"x".repeat(2000)}E`;
  const read = namesIn(withReadableNames(Uint8Array.from(section(1, [long, ...Array(50_001).fill("_ZN1aE")]))))[1]!;
  expect(read[0]).toBe(long);
  expect(read.filter((name) => name === "a")).toHaveLength(50_000);
});

test("a section that is not valid stays as it is, whatever is cut off", () => {
  const content = Uint8Array.from(section(1, ["run", mangled]));
  for (let length = 0; length < content.length; length++)
    expect(withReadableNames(content.subarray(0, length))).toEqual(content.subarray(0, length));
});

test("the modules of a component, and of components in it, have readable names", () => {
  const custom = (content: readonly number[]) => [0, ...sized([...text("name"), ...content])];
  const module = (name: string) => [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...custom(section(1, [name])), 0, 2, 1, 0x78];
  const component = (name: string, inner: readonly number[] = []) => [
    ...[0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0],
    ...[...custom([]), 1, ...sized(module(name)), ...inner, 0, 3, 1, 0x79, 0x7a],
  ];
  const make = (name: string) => Uint8Array.from(component(name, [4, ...sized(component(name))]));
  expect([...withReadableFunctions(make(mangled))]).toEqual([...make("fails::checked")]);
  const plain = make("run");
  expect(withReadableFunctions(plain)).toBe(plain);
  const whole = make(mangled);
  for (let length = 0; length < whole.length; length++) withReadableFunctions(whole.subarray(0, length));
});
