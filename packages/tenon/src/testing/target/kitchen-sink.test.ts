import { describe, expect, test } from "vitest";
import {
  contractFromJson,
  contractFromWit,
  contractsEqual,
  contractToJson,
  contractToWit,
  fingerprint,
} from "../../contract/index.js";
import { dataSink } from "./data-sink.js";
import { kitchenSink } from "./kitchen-sink.js";

describe("the kitchen sink", () => {
  test.each([["data sink", dataSink]])(
    "as the %s, is the same contract after a round trip through WIT and JSON",
    (_, sink) => {
      expect(contractsEqual(contractFromWit(contractToWit(sink)), sink)).toBe(true);
      expect(contractsEqual(contractFromJson(JSON.stringify(contractToJson(sink))), sink)).toBe(true);
      expect(fingerprint(contractFromWit(contractToWit(sink)))).toBe(fingerprint(sink));
    },
  );

  test("is the same contract after a round trip through WIT", () => {
    const text = contractToWit(kitchenSink);
    const again = contractFromWit(text);
    expect(contractToWit(again)).toBe(text);
    expect(contractsEqual(again, kitchenSink)).toBe(true);
  });
});
