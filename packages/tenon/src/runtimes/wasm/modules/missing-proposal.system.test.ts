import { setFlagsFromString } from "node:v8";
import { needs } from "@tenon/fixtures/tests";
import { expect, test } from "vitest";
import { compileModule, compileModuleSync } from "./engine.js";

/** A module with one global that is computed by `i32.const 1, i32.const 1, OPERATION`. */
const computed = (operation: number) =>
  Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 1, operation, 0x0b);
const [sum, quotient] = [computed(0x6a), computed(0x6d)];
const needsFlag = !WebAssembly.validate(sum);

needs(needsFlag ? undefined : "this version of Node allows extended constant expressions").test(
  "the error for a sum in a constant expression names the flag that allows it",
  async () => {
    const refused = {
      code: "TENON_WASM_INVALID",
      message: expect.stringContaining("(this version of Node does not support extended-const)"),
      fix: { text: expect.stringContaining("--experimental-wasm-extended-const") },
    };
    await expect(compileModule(sum, "sum.wasm")).rejects.toMatchObject(refused);
    expect(() => compileModuleSync(sum, "sum.wasm")).toThrow(expect.objectContaining(refused));
  },
);

test("where sums are allowed, the error for other expressions does not mention the flag", async () => {
  if (needsFlag) setFlagsFromString("--experimental-wasm-extended-const");
  try {
    await expect(compileModule(sum, "sum.wasm")).resolves.toBeInstanceOf(WebAssembly.Module);
    await expect(compileModule(quotient, "quotient.wasm")).rejects.toMatchObject({
      code: "TENON_WASM_INVALID",
      message: expect.not.stringContaining("extended-const"),
      fix: { text: expect.not.stringContaining("extended-const") },
    });
  } finally {
    if (needsFlag) setFlagsFromString("--no-experimental-wasm-extended-const");
  }
});
