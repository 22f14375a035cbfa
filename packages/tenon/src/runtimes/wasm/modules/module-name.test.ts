import { describe, expect, test } from "vitest";
import { appendCustomSection } from "../../../binary/wasm/index.js";
import { nameModule } from "./module-name.js";

const head = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
/** A module whose only function, which it exports as `run`, traps. */
const traps = Uint8Array.from([
  ...head,
  ...[1, 4, 1, 0x60, 0, 0],
  ...[3, 2, 1, 0],
  ...[7, 7, 1, 3, 0x72, 0x75, 0x6e, 0, 0],
  ...[10, 5, 1, 3, 0, 0, 0x0b],
]);
const functionNames = Uint8Array.from([1, 6, 1, 0, 3, 0x66, 0x6f, 0x6f]);

/** The stack of the trap, as V8 shows it. */
function stackOf(bytes: Uint8Array): string {
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as { run(): void };
  try {
    run();
  } catch (error) {
    return String((error as Error).stack);
  }
  return expect.unreachable();
}

describe("nameModule", () => {
  test("the URL of a module that has no name contains the one that is given", () => {
    expect(stackOf(traps)).toMatch(/wasm:\/\/wasm\/[0-9a-f]+:/);
    expect(stackOf(nameModule(traps, "greeter.wasm"))).toMatch(/wasm:\/\/wasm\/greeter\.wasm-[0-9a-f]+:/);
  });

  test("the names of functions stay", () => {
    const stack = stackOf(nameModule(appendCustomSection(traps, "name", functionNames), "greeter.wasm"));
    expect(stack).toMatch(/foo \(wasm:\/\/wasm\/greeter\.wasm-/);
  });

  test("the name of a module gives way to its plugin's: it is that of the linker's output", () => {
    const own = nameModule(appendCustomSection(traps, "name", functionNames), "output");
    const stack = stackOf(nameModule(own, "greeter.wasm"));
    expect(stack).toMatch(/greeter\.wasm\.foo \(wasm:\/\/wasm\/greeter\.wasm-/);
    expect(stack).not.toContain("output");
  });

  test("characters that are not allowed in a URL, and long names, are cut", () => {
    const stack = stackOf(nameModule(traps, `a b/ü${"x".repeat(1000)}`));
    expect(stack).toMatch(/wasm:\/\/wasm\/a_b__x{95}-[0-9a-f]+:/);
  });
});
