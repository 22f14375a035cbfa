import { expect, test } from "vitest";
import { didYouMean, nearest } from "./nearest.js";

test.each([
  ["gret", ["greet", "leave"], "greet"],
  ["Greet", ["greet"], "greet"],
  ["teh", ["the", "ten"], "the"],
  ["entry", ["entry"], undefined],
  ["x", ["completely-different"], undefined],
  ["abc", ["xyz"], undefined],
])("nearest to %s among %j is %s", (name, candidates, expected) => {
  expect(nearest(name, candidates)).toBe(expected);
});

test("a very long name is compared quickly and has no suggestion", () => {
  expect(didYouMean("a".repeat(1_000_000), ["b".repeat(300), "greet"])).toBe("");
});
