import { expect, test } from "vitest";
import { exitCodeOfVerdict, worstExitCode } from "./exit-codes.js";

test("usage is graver than breaking, breaking than not knowing, and that than fitting", () => {
  expect(worstExitCode([])).toBe(0);
  expect(worstExitCode([0, 3])).toBe(3);
  expect(worstExitCode([3, 1, 0])).toBe(1);
  expect(worstExitCode([1, 2, 3])).toBe(2);
});

test("each verdict has its exit code", () => {
  expect((["fits", "adapts", "breaks", "unknown"] as const).map(exitCodeOfVerdict)).toEqual([0, 0, 1, 3]);
});
