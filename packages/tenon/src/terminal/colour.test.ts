import { expect, test } from "vitest";
import { usesColour } from "./colour.js";

const uses = (environment: Record<string, string>, isTerminal: boolean, asked?: boolean) =>
  usesColour({ asked, environment }, isTerminal);

test("by default only a terminal that supports colour gets it", () => {
  expect(uses({}, true)).toBe(true);
  expect(uses({}, false)).toBe(false);
  expect(uses({ TERM: "dumb" }, true)).toBe(false);
});

test("NO_COLOR and FORCE_COLOR override the terminal, and options override both", () => {
  expect(uses({ NO_COLOR: "1" }, true)).toBe(false);
  expect(uses({ NO_COLOR: "" }, true)).toBe(true);
  expect(uses({ FORCE_COLOR: "1" }, false)).toBe(true);
  expect(uses({ FORCE_COLOR: "0" }, true)).toBe(false);
  expect(uses({ NO_COLOR: "1", FORCE_COLOR: "1" }, true)).toBe(false);
  expect(uses({ NO_COLOR: "1" }, false, true)).toBe(true);
  expect(uses({ FORCE_COLOR: "1" }, true, false)).toBe(false);
});
