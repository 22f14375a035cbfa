import { expect, test } from "vitest";
import { Allowance } from "./allowance.js";

test("an allowance can be spent in full but not exceeded", () => {
  const allowance = new Allowance("the names of symbols", 10);
  allowance.spend(6);
  allowance.spend(4);
  allowance.spend(0);
  expect(() => allowance.spend(1)).toThrow(
    expect.objectContaining({
      code: "TENON_BINARY_MALFORMED",
      message: "the names of symbols are longer than the file can contain",
    }),
  );
});
