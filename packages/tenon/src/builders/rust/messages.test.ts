import { expect, test } from "vitest";
import { sourceError } from "./messages.js";

const linker = (said: string) => ({
  level: "error",
  message: "linking with `wasm-component-ld` failed: exit status: 1",
  code: null,
  spans: [],
  children: [
    { level: "note", message: ' "wasm-component-ld" "-flavor" "wasm" "--export" "cabi_realloc"' },
    { level: "note", message: `error: failed to encode component\nCaused by:\n 2: ${said}` },
  ],
});

test.each([
  ["failed to find export of interface `demo:shop/api@1.0.0` function `sum`", "sum() of demo:shop/api@1.0.0"],
  ["failed to find export of function `greet`", "greet()"],
])("a missing export! is named instead of the linker's command line: %s", (said, named) => {
  const { message } = sourceError([linker(said)], "/plugin", "/plugin");
  expect(message).toBe(
    `/plugin: the plugin does not export ${named}: want export!(TYPE) beside wit_bindgen::generate!, where TYPE implements the traits of the contract's exports`,
  );
});

test("other failures of the linker are shown by its last lines", () => {
  expect(sourceError([linker("out of luck")], "/plugin", "/plugin").message).toContain("out of luck");
});
