import { expect, test } from "vitest";
import { exitCodeOfVerdict } from "./verdict-code.js";

test("each verdict has its exit code", () => {
  expect((["fits", "adapts", "breaks", "unknown"] as const).map(exitCodeOfVerdict)).toEqual([0, 0, 1, 3]);
});
