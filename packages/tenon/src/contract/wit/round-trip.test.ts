import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryContract } from "../../../../conformance/src/arbitrary-contract.js";
import { contractDifference } from "../model/equal.js";
import { contractToWit } from "./from-contract.js";
import { parseWit } from "./parser.js";
import { printWit } from "./printer.js";
import { contractFromWit } from "./to-contract.js";

const chooseOwn = (id: string) => ({ world: id.includes("/") ? id : id.replace(/:([^@]*)/, ":$1/$1") });

describe("round trips", () => {
  test("contract → WIT → contract is equal", () => {
    fc.assert(
      fc.property(arbitraryContract(), (contract) => {
        const text = contractToWit(contract);
        const back = contractFromWit(text, chooseOwn(contract.id));
        expect(contractDifference(back, contract)).toBeUndefined();
        expect(contractToWit(back)).toBe(text);
      }),
      { numRuns: times(300) },
    );
  });

  test("a contract is printed in the fixed layout", () => {
    fc.assert(
      fc.property(arbitraryContract(), (contract) => {
        const text = contractToWit(contract);
        expect(printWit(parseWit(text))).toBe(text);
      }),
      { numRuns: times(100) },
    );
  });
});
