import { expect, test } from "vitest";
import { runsWithin } from "./time-limit.js";

test("a function runs to its end", () => {
  let ran = 0;
  expect(runsWithin(10_000, () => ran++)).toBe(true);
  expect(runsWithin(10_000, () => ran++)).toBe(true);
  expect(ran).toBe(2);
});

test("what a function throws passes", () => {
  const error = new Error("of the function");
  expect(() =>
    runsWithin(10_000, () => {
      throw error;
    }),
  ).toThrow(error);
});

test("a function that loops is stopped, and none of its handlers runs", () => {
  const ran: string[] = [];
  const loops = () => {
    try {
      for (;;);
    } catch {
      ran.push("catch");
    } finally {
      ran.push("finally");
    }
  };
  expect(runsWithin(20, loops)).toBe(false);
  expect(ran).toEqual([]);
  expect(runsWithin(10_000, () => {})).toBe(true);
});

test("WebAssembly that loops is stopped", () => {
  // (func (export "f") (loop (br 0)))
  const code = [...[0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0]];
  const bytes = Uint8Array.of(...code, 10, 9, 1, 7, 0, 3, 64, 12, 0, 11, 11);
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  expect(runsWithin(20, f as () => void)).toBe(false);
});
