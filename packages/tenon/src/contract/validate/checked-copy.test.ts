import { expect, test, vi } from "vitest";
import { sampleValues } from "../../testing/target/sample-values.js";
import { t } from "../building/builder.js";
import type { Type } from "../model/model.js";
import { closureCopy } from "./closures.js";
import { compileCheckedCopy, compileGuard } from "./guard.js";
import { typeMismatch } from "./mismatch.js";
import { unfit } from "./unfit.js";

const person = t.record("person", { name: t.string, age: t.option(t.u8) });
const shape = t.variant("shape", { circle: t.f64, point: null, named: person });
const colours = t.flags("colours", ["red", "lightGreen"]);
const types: readonly Type[] = [
  t.bool,
  t.u8,
  t.s8,
  t.u16,
  t.s16,
  t.u32,
  t.s32,
  t.u64,
  t.s64,
  t.f64,
  t.char,
  t.string,
  t.bytes,
  t.enum("size", ["small", "large"]),
  person,
  shape,
  colours,
  t.list(person),
  t.option(t.option(t.u8)),
  t.option(t.list(t.string)),
  t.tuple(t.u8, person, t.option(shape)),
  t.result(person, t.string),
  t.result(),
  t.list(t.tuple(colours, t.result(undefined, t.u64))),
];
const odd: readonly unknown[] = [
  null,
  undefined,
  true,
  -1,
  1.5,
  256,
  2n ** 70n,
  "",
  "ab",
  "\ud800",
  Symbol("s"),
  () => 1,
  {},
  [],
  [null],
  [1, { name: "a" }],
  { name: "a", age: 300 },
  { tag: "circle" },
  { tag: "point", val: 1 },
  { tag: "some", val: { tag: "some", val: 1000 } },
  { tag: "ok", val: 1 },
  { red: 1 },
  { blue: true },
  Object.create(Uint8Array.prototype),
];

test("a checked copy equals the value, and generated code and closures agree about every value", () => {
  for (const type of types) {
    const [generated, closures, guard] = [compileCheckedCopy(type), closureCopy(type), compileGuard(type)];
    for (const value of sampleValues(type)) {
      expect(guard(value)).toBe(true);
      expect(closures(value)).toEqual(generated(value));
      if (type !== colours && type.kind !== "list") expect(generated(value)).toEqual(value);
    }
    for (const [index, value] of odd.entries()) {
      const fits = generated(value) !== unfit;
      expect(`${type.kind} ${index} ${closures(value) !== unfit}`).toBe(`${type.kind} ${index} ${fits}`);
      // A guard also takes what only looks like bytes: it is for values that nobody else has.
      if (type !== t.bytes) expect(`${type.kind} ${index} ${guard(value)}`).toBe(`${type.kind} ${index} ${fits}`);
    }
  }
});

test.each([
  ["generated code", compileCheckedCopy],
  ["closures", closureCopy],
])("%s reads each part of a value once, so a getter cannot answer twice", (_, compile) => {
  const read = vi.fn(() => (read.mock.calls.length === 1 ? "Ada" : 7));
  const value = {
    get name() {
      return read();
    },
    age: 3,
    extra: "left out",
  };
  expect(compile(person)(value)).toEqual({ name: "Ada", age: 3 });
  expect(read).toHaveBeenCalledTimes(1);
  const tag = vi.fn(() => (tag.mock.calls.length === 1 ? "circle" : "named"));
  const variant = Object.defineProperty({ val: 1 }, "tag", { get: tag });
  expect(compile(shape)(variant)).toEqual({ tag: "circle", val: 1 });
  let length = 0;
  const growing = new Proxy([1, 2], { get: (target, key) => (key === "length" ? ++length : Reflect.get(target, key)) });
  expect(compile(t.list(t.u8) as Type)(growing)).toBe(unfit);
  expect(compile(t.list(t.u16))(growing)).toEqual([1]);
});

test("a copy has nothing in common with the value that could change", () => {
  const value = [{ name: "Ada", age: 3 }];
  const copy = compileCheckedCopy(t.list(person))(value) as typeof value;
  value[0]!.name = "Eve";
  value.push(value[0]!);
  expect(copy).toEqual([{ name: "Ada", age: 3 }]);
});

test("bytes become a plain Uint8Array over the same memory; memory that can change its size is copied", () => {
  const copy = compileCheckedCopy(t.bytes);
  const buffer = Buffer.from([1, 2, 3]);
  Object.defineProperty(buffer, "length", { value: 1e9 });
  const taken = copy(buffer) as Uint8Array;
  expect(Object.getPrototypeOf(taken) === Uint8Array.prototype).toBe(true);
  expect(taken.length).toBe(3);
  expect(taken.buffer === buffer.buffer).toBe(true);
  const resizable = new (ArrayBuffer as any)(4, { maxByteLength: 8 });
  const shared = new SharedArrayBuffer(4);
  for (const memory of [resizable, shared]) {
    const own = copy(new Uint8Array(memory)) as Uint8Array;
    expect(own.length).toBe(4);
    expect(own.buffer === memory).toBe(false);
  }
  expect(copy(new Uint16Array(2))).toBe(unfit);
  expect(copy(new Proxy(new Uint8Array(2), {}))).toBe(unfit);
});

test("the error for a value that throws while it is read has a code", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  expect(typeMismatch(person, proxy, "f(): result")).toMatchObject({
    code: "TENON_VALUE_TYPE",
    message: "f(): result: expected person, got a value that cannot be read",
  });
});

test("the code for a type that many share does not grow with the number of functions", () => {
  const wide = t.variant(
    "wide",
    Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`case${index}`, person])),
  );
  const around = t.list(t.tuple(wide, wide));
  const copy = compileCheckedCopy(around);
  const value = [
    [
      { tag: "case999", val: { name: "Ada", age: undefined } },
      { tag: "case0", val: { name: "", age: 1 } },
    ],
  ];
  expect(copy(value)).toEqual(value);
  expect(copy([[value[0]![0], { tag: "case1000" }]])).toBe(unfit);
  expect(copy.toString().length).toBeLessThan(1000);
});
