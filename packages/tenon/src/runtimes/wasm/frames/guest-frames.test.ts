import { describe, expect, test } from "vitest";
import { moduleWithDebugData, sampleFunction, sampleSections } from "../../../binary/testing/dwarf-sections.mjs";
import { appendCustomSection } from "../../../binary/wasm/index.js";
import { nameModule } from "../modules/module-name.js";
import { debugMark, debugMarkSection, noteDebugModule } from "./debug-modules.js";
import { guestFrames } from "./guest-frames.js";

const at = (name: string, index: number) =>
  `    at plugin.wasm.${name} (wasm://wasm/plugin.wasm-0123abcd:wasm-function[${index}]:0x1)`;
const shown = (name: string, index: number) =>
  `at ${name} (wasm://wasm/plugin.wasm-0123abcd:wasm-function[${index}]:0x1)`;

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
  expect(guestFrames(stack)).toBe(`${shown("hello::run", 6)}\n${shown("run", 7)}`);
});

test.each(["abort", "__assert_fail", "__stack_chk_fail"])("the author's frames come before %s of C", (name) => {
  const stack = ["RuntimeError: unreachable", at(name, 1), at("divide.part.1", 2), at("run", 3)].join("\n");
  expect(guestFrames(stack)).toBe(`${shown("divide.part.1", 2)}\n${shown("run", 3)}`);
});

test("frames of other failures stay as they are", () => {
  const stack = ["RuntimeError: divide by zero", at("divide", 1), at("abort", 2), at("run", 3)].join("\n");
  expect(guestFrames(stack)).toBe([shown("divide", 1), shown("abort", 2), shown("run", 3)].join("\n"));
  expect(guestFrames("Error: x\n    at call (file:///host.js:1:1)")).toBeUndefined();
});

test("functions and modules without a name", () => {
  const stack = ["    at wasm://wasm/0123abcd:wasm-function[1]:0x1", "    at wasm-function[2]:0x2"].join("\n");
  expect(guestFrames(stack)).toBe("at wasm://wasm/0123abcd:wasm-function[1]:0x1\nat wasm-function[2]:0x2");
});

test("a panic that was recorded without the author's frames keeps its own", () => {
  expect(guestFrames(["RuntimeError", at("rust_begin_unwind", 1)].join("\n"))).toBe(shown("rust_begin_unwind", 1));
});

test("what a name contains does no harm to a terminal, and is cut", () => {
  expect(guestFrames(at("\u001b[2J\u202evil", 1))).toBe(shown("?[2J?vil", 1));
  expect(guestFrames(at("x".repeat(100_000), 1))!.length).toBeLessThan(500);
});

describe("a module with debug data", () => {
  const { inlined } = sampleFunction;
  const bytes = moduleWithDebugData(sampleSections(4));

  /** A stack with a frame in it, whatever the module does. */
  function stackIn(module: WebAssembly.Module, address: number): string {
    const [mark] = WebAssembly.Module.customSections(module, debugMarkSection);
    const codeStart = new DataView(mark!).getUint32(0, true);
    const name = new TextDecoder().decode(mark!.slice(4));
    const offset = (codeStart + address).toString(16);
    return `    at ${name}.run (wasm://wasm/${name}-0123abcd:wasm-function[1]:0x${offset})`;
  }

  test("shows file, line and inlined functions", () => {
    const module = new WebAssembly.Module(nameModule(bytes, "plugin.wasm"));
    expect(guestFrames(stackIn(module, inlined[0]))).toMatch(/^at run \(wasm:/);
    noteDebugModule(module);
    const expected = "at lib::helper (/include/other.h:20:9)\nat run (/work/lib/lib.c:6:3)";
    expect(guestFrames(stackIn(module, inlined[0]))).toBe(expected);
    expect(guestFrames(stackIn(module, inlined[0]))).toBe(expected);
  });

  test("two modules of the same name are told apart", () => {
    const sections = sampleSections(4);
    const other = { ...sections, line: [...sections.line!].map((byte) => (byte === 15 ? 16 : byte)) };
    const modules = [bytes, moduleWithDebugData(other)].map(
      (each) => new WebAssembly.Module(nameModule(each, "plugin.wasm")),
    );
    for (const module of modules) noteDebugModule(module);
    const [one, two] = modules.map((module) => guestFrames(stackIn(module, inlined[0])));
    expect(one).toContain("other.h:20:9");
    expect(two).toContain("other.h:21:9");
  });

  test("a module cannot claim to be another one", () => {
    const module = new WebAssembly.Module(nameModule(bytes, "victim.wasm"));
    noteDebugModule(module);
    const [mark] = WebAssembly.Module.customSections(module, debugMarkSection);
    const name = new TextDecoder().decode(mark!.slice(4));
    const forged = appendCustomSection(bytes, debugMarkSection, debugMark(name, 0));
    const again = new WebAssembly.Module(nameModule(forged, "forged.wasm"));
    expect(WebAssembly.Module.customSections(again, debugMarkSection).length).toBe(1);
    noteDebugModule(again);
    expect(guestFrames(stackIn(module, inlined[0]))).toContain("other.h:20:9");
  });

  test("damaged debug data leaves the engine's frames", () => {
    const { info, ...others } = sampleSections(4);
    const damaged = moduleWithDebugData({ ...others, info: info!.slice(0, -3) });
    const module = new WebAssembly.Module(nameModule(damaged, "plugin.wasm"));
    noteDebugModule(module);
    expect(guestFrames(stackIn(module, inlined[0]))).toMatch(/^at run \(wasm:/);
  });
});
