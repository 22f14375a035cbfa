import { describe, expect, test } from "vitest";
import { contractFromWit, contractsEqual, contractToWit } from "../../contract/index.js";
import { kitchenSink } from "./kitchen-sink.js";

describe("the kitchen sink", () => {
  test("is the same contract after a round trip through WIT", () => {
    const text = contractToWit(kitchenSink);
    const again = contractFromWit(text);
    expect(contractToWit(again)).toBe(text);
    expect(contractsEqual(again, kitchenSink)).toBe(true);
  });
});
