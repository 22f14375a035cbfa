import { expect, it } from "vitest";
import { closest } from "./closest.js";

it.each([
  ["prot", ["host", "port", "path"], "port"],
  ["Port", ["port"], "port"],
  ["colour", ["color", "cool"], "color"],
  ["x", ["y", "zebra"], undefined],
  ["timeout", ["retries", "host"], undefined],
  ["", ["a"], undefined],
  ["port", ["port"], undefined],
  ["a".repeat(65), ["a".repeat(64)], undefined],
])("%s among %j is %s", (name, candidates, expected) => {
  expect(closest(name, candidates)).toBe(expected);
});
