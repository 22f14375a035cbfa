import { expect, test } from "vitest";
import { Allowance } from "./allowance.js";

test("an allowance may be spent in full, and no further", () => {
  const allowance = new Allowance("the names of symbols", 10);
  allowance.spend(6);
  allowance.spend(4);
  allowance.spend(0);
  expect(() => allowance.spend(1)).toThrow(
    expect.objectContaining({
      code: "TENON_BINARY_MALFORMED",
      message: "the names of symbols are longer than the file could hold",
    }),
  );
});
