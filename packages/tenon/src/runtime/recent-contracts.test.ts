import { expect, test, vi } from "vitest";
import { contractFromWit } from "../contract/index.js";
import { readRecent } from "./recent-contracts.js";

const text = (name: string) => `package test:${name};\nworld ${name} { export run: func(); }\n`;

test("the same text is read once, and gives the same contract", () => {
  const read = vi.fn(() => contractFromWit(text("again")));
  expect(readRecent(text("again"), read)).toBe(readRecent(text("again"), read));
  expect(read).toHaveBeenCalledTimes(1);
});

test("a text that cannot be read fails each time", () => {
  const read = () => contractFromWit("package test:broken;\nworld");
  expect(() => readRecent("broken", read)).toThrow("expected the world's name");
  expect(() => readRecent("broken", read)).toThrow("expected the world's name");
});

test("a text is forgotten after many others, and a long one at once", () => {
  const long = `${text("long")}${"// more\n".repeat(30_000)}`;
  for (const each of [long, text("first")]) {
    const read = vi.fn(() => contractFromWit(each));
    readRecent(each, read);
    for (let index = 0; index < (each === long ? 0 : 40); index++)
      readRecent(text(`other-${index}`), () => contractFromWit(text(`x${index}`)));
    readRecent(each, read);
    expect(read).toHaveBeenCalledTimes(2);
  }
});
