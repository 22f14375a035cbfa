import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryContract } from "../../../../conformance/src/arbitrary-contract.js";
import { contract, contractsEqual, contractToWit, t } from "../index.js";
import { componentContract, contractWithForms } from "./component-contract.js";
import { recursionIn } from "./component-types.js";

test("a contract in the form of components gets its own types back from the contract, for any contract", () => {
  let changed = 0;
  fc.assert(
    fc.property(arbitraryContract(), (made) => {
      fc.pre(recursionIn(made) === undefined);
      const component = componentContract(made);
      if (component !== made) changed++;
      expect(contractsEqual(contractWithForms(component, made), made)).toBe(true);
    }),
    { numRuns: times(300) },
  );
  expect(changed).toBeGreaterThan(times(300) / 10);
});

test("an import and an export of one name each get the types of their own side", () => {
  const both = contract("demo:both@1.0.0", {
    imports: { ask: t.func([], t.result(t.string, t.json)) },
    exports: { ask: t.func([], t.map(t.string, t.json)) },
  });
  const component = componentContract(both);
  expect(contractToWit(component)).toContain("import ask: func() -> result<string, string>;");
  expect(contractToWit(component)).toContain("export ask: func() -> list<tuple<string, string>>;");
  expect(contractsEqual(contractWithForms(component, both), both)).toBe(true);
});

test("types that have no form of their own stay as they are", () => {
  const plain = contract("demo:plain@1.0.0", { exports: { add: t.func([["a", t.u32]], t.list(t.string)) } });
  expect(componentContract(plain)).toBe(plain);
  expect(contractWithForms(plain, plain)).toBe(plain);
});
