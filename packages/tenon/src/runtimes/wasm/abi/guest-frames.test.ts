import { expect, test } from "vitest";
import { guestFrames } from "./guest-frames.js";

const at = (name: string, index: number) =>
  `    at plugin.wasm.${name} (wasm://wasm/plugin.wasm-1:wasm-function[${index}]:0x1)`;

test("the author's frames come before those of a panic", () => {
  const stack = [
    "RuntimeError: unreachable",
    at("abort", 1),
    at("_RNvCsfLfy6EI15iL_7___rustc18___rust_start_panic", 2),
    at("_RNvCsfLfy6EI15iL_7___rustc17rust_begin_unwind", 3),
    at("_RNvNtCs1_4core9panicking9panic_fmt", 4),
    at("_RNvNtCs1_4core6option13unwrap_failed", 5),
    at("_RNvCs2_5hello3run", 6),
    at("run", 7),
    "    at call (file:///host.js:1:1)",
  ].join("\n");
  expect(guestFrames(stack)).toBe(
    [
      "at hello::run (wasm://wasm/plugin.wasm-1:wasm-function[6]:0x1)",
      "at plugin.wasm.run (wasm://wasm/plugin.wasm-1:wasm-function[7]:0x1)",
    ].join("\n"),
  );
});

test("frames of other failures stay as they are", () => {
  const stack = ["RuntimeError: divide by zero", at("abort", 1), at("divide", 2)].join("\n");
  expect(guestFrames(stack)).toBe(`${at("abort", 1).trim()}\n${at("divide", 2).trim()}`);
  expect(guestFrames("Error: x\n    at call (file:///host.js:1:1)")).toBeUndefined();
});

test("a panic that was recorded without the author's frames keeps its own", () => {
  expect(guestFrames(["RuntimeError", at("rust_begin_unwind", 1)].join("\n"))).toBe(at("rust_begin_unwind", 1).trim());
});
