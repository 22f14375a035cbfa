import { expect, test } from "vitest";
import { exitCodeOfVerdict, gravest } from "./exit-codes.js";

test("usage is graver than breaking, breaking than not knowing, and that than fitting", () => {
  expect(gravest([])).toBe(0);
  expect(gravest([0, 3])).toBe(3);
  expect(gravest([3, 1, 0])).toBe(1);
  expect(gravest([1, 2, 3])).toBe(2);
});

test("each verdict has its exit code", () => {
  expect((["fits", "adapts", "breaks", "unknown"] as const).map(exitCodeOfVerdict)).toEqual([0, 0, 1, 3]);
});
