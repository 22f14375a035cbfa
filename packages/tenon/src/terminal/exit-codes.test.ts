import { expect, test } from "vitest";
import { worstExitCode } from "./exit-codes.js";

test("usage errors are worse than plugins that do not fit, these worse than unknown, and that worse than a fit", () => {
  expect(worstExitCode([])).toBe(0);
  expect(worstExitCode([0, 3])).toBe(3);
  expect(worstExitCode([3, 1, 0])).toBe(1);
  expect(worstExitCode([1, 2, 3])).toBe(2);
});
