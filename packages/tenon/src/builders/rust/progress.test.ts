import { expect, test } from "vitest";
import { isProgress, stepIn } from "./progress.js";

test.each([
  ["    Building [                             ] 0/1: empty                 ", "compiling crate 1 of 1: empty"],
  [
    "    Building [======>                      ] 2/12: serde, syn(build)",
    "compiling crate 3 of 12: serde, syn(build)",
  ],
  ["    Building [============================>] 12/12", "compiling crate 12 of 12"],
  ["    Updating crates.io index", "updating crates.io index"],
  ["  Downloaded serde v1.0.1", "downloaded serde v1.0.1"],
  ["    Blocking waiting for file lock on build directory", "blocking waiting for file lock on build directory"],
])("%s is a step", (line, step) => {
  expect(stepIn(line)).toBe(step);
  expect(isProgress(line)).toBe(true);
});

test("a message about a failure is not progress", () => {
  for (const line of ["error: could not compile `empty`", "  Building materials are missing", "    Finished in 1s"]) {
    expect(stepIn(line)).toBeUndefined();
    expect(isProgress(line)).toBe(false);
  }
});
