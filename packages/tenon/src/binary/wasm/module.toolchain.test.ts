import { readFileSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect, test } from "vitest";
import { custom, leb, list, module, name, section, signedLeb } from "../testing/assembler.mjs";
import { engine } from "../testing/engine.mjs";
import { goProgram } from "../testing/go-build.mjs";
import { wasmObject, withoutLlvm } from "../testing/llvm.mjs";
import type { WasmModule } from "./module.js";
import { readWasm } from "./wasm.js";

const malformed = expect.objectContaining({ code: "TENON_BINARY_MALFORMED" });

function read(bytes: Uint8Array): WasmModule {
  const file = readWasm(bytes);
  if (file.kind !== "module") throw new Error("expected a module");
  return file;
}

/** Functions that an engine can be given for whatever a module imports. */
function importsFor(compiled: object): Record<string, Record<string, unknown>> {
  const given: Record<string, Record<string, unknown>> = {};
  for (const { module: from, name: key } of engine.Module.imports(compiled)) {
    given[from] ??= {};
    given[from][key] = () => 0;
  }
  return given;
}

needs(missing.go()).describe.each([
  ["wasip1/wasm", "preview1", "memory"],
  ["js/wasm", "none", "mem"],
] as const)("a program that Go built for %s", (target, level, memoryName) => {
  const bytes = goProgram(target);
  const file = read(bytes);
  const compiled = new engine.Module(bytes);

  test("imports and exports what the engine sees", () => {
    expect(file.imports.map((each) => ({ module: each.module, name: each.name, kind: each.external.kind }))).toEqual(
      engine.Module.imports(compiled),
    );
    expect(file.exports.map((each) => ({ name: each.name, kind: each.kind }))).toEqual(engine.Module.exports(compiled));
  });

  test("has the custom sections that the engine sees", () => {
    expect(file.customSection("go:buildid")).toEqual(
      new Uint8Array(engine.Module.customSections(compiled, "go:buildid")[0] ?? new ArrayBuffer(0)),
    );
    expect(file.producers?.language).toEqual([{ name: "Go", version: expect.stringMatching(/^go1\./) }]);
    expect(file.customSection("tenon:contract")).toBeUndefined();
  });

  test("has an image that is the memory of an instance", () => {
    const { exports } = new engine.Instance(compiled, importsFor(compiled));
    const memory = new Uint8Array(exports[memoryName]?.buffer ?? new ArrayBuffer(0));
    const [segment] = file.image.segments;
    expect(segment?.fileSize).toBeGreaterThan(500_000);
    const start = segment?.address ?? 0;
    const filled = memory.subarray(start, start + (segment?.fileSize ?? 0));
    expect(Buffer.compare(file.image.bytes, filled)).toBe(0);
    expect(start + (segment?.size ?? 0)).toBe(memory.length);
  });

  test("is known by its platform", () => {
    expect(file.image.platform).toEqual({ os: target.split("/")[0], arch: "wasm" });
    expect(file.wasiLevel).toBe(level);
  });
});

test("types of exported functions are found past imported ones", () => {
  const bytes = module(
    section(1, list([0x60, ...list([0x7f], [0x7e]), ...list([0x7d])], [0x60, 0, 0])),
    section(2, list([...name("host"), ...name("log"), 0, 1], [...name("host"), ...name("level"), 3, 0x7f, 1])),
    section(3, list([0])),
    section(7, list([...name("sum"), 0, 1])),
    section(10, list([7, 0, 0x43, 0, 0, 0, 0, 0x0b])),
  );
  expect(engine.validate(bytes)).toBe(true);
  const file = read(bytes);
  expect(file.functionType(file.exports[0]?.index ?? -1)).toEqual({
    kind: "function",
    parameters: ["i32", "i64"],
    results: ["f32"],
  });
  expect(file.functionType(0)).toEqual({ kind: "function", parameters: [], results: [] });
  expect(file.functionType(2)).toBeUndefined();
  expect(file.imports[1]?.external).toEqual({ kind: "global", value: "i32", mutable: true });
});

test("constants and globals decide where data lies in memory", () => {
  const data = (place: readonly number[], text: string) => [0, ...place, 0x0b, ...name(text)];
  const bytes = module(
    section(5, list([0, 1])),
    section(6, list([0x7f, 0, 0x41, ...signedLeb(100), 0x0b], [0x7f, 1, 0x41, 5, 0x0b])),
    section(
      11,
      list(
        data([0x41, ...signedLeb(8)], "abcdef"),
        data([0x23, 0, 0x41, ...signedLeb(28), 0x6a], "sum"),
        data([0x41, ...signedLeb(10)], "XY"),
        [1, ...name("passive")],
        data([0x23, 1], "variable"),
      ),
    ),
  );
  const file = read(bytes);
  expect(file.globals.map(({ value }) => value)).toEqual([100n, 5n]);
  expect(file.data.map(({ address, passive }) => [address, passive])).toEqual([
    [8n, false],
    [128n, false],
    [10n, false],
    [undefined, true],
    [undefined, false],
  ]);
  const text = (address: number, length: number) => new TextDecoder().decode(file.image.slice(address, length));
  expect([text(8, 6), text(128, 3)]).toEqual(["abXYef", "sum"]);
  expect(file.image.word(0x8000)).toBe(0);
});

test("segments that are far apart take no more memory than the file", () => {
  const far = [0, 0x41, ...signedLeb(-65536), 0x0b, ...name("end")];
  const file = read(
    module(section(5, list([0, ...leb(65536)])), section(11, list([0, 0x41, 0, 0x0b, ...name("begin")], far))),
  );
  expect(file.image.bytes).toBe(file.bytes);
  expect(new TextDecoder().decode(file.image.slice(0xffff_0000, 3))).toBe("end");
});

test("64-bit memories have 64-bit addresses", () => {
  const file = read(
    module(section(5, list([5, 1, ...leb(2n ** 40n)])), section(11, list([0, 0x42, 16, 0x0b, ...name("x")]))),
  );
  expect(file.memories).toEqual([{ minimum: 1n, maximum: 2n ** 40n, shared: false, wide: true }]);
  expect(file.image.bits).toBe(64);
  expect(file.image.u8(16)).toBe(0x78);
});

test("types of the garbage collection and exception proposals are skipped", () => {
  const group = [0x4e, ...list([0x50, ...list(), 0x5f, ...list([0x7f, 1], [0x63, 0, 0], [0x78, 0])], [0x5e, 0x6d, 1])];
  const file = read(
    module(
      section(1, list(group, [0x60, ...list([0x64, 0], [0x63, 0x70], [0x6e]), ...list([0x6f])])),
      section(2, list([...name("m"), ...name("t"), 4, 0, 2])),
    ),
  );
  expect(file.types).toEqual([
    { kind: "struct" },
    { kind: "array" },
    { kind: "function", parameters: ["(ref 0)", "(ref null func)", "anyref"], results: ["externref"] },
  ]);
  expect(file.imports[0]?.external).toEqual({ kind: "tag", type: 2 });
});

test.each([
  ["sections out of order", () => read(module(section(3, [0]), section(1, [0])))],
  ["a section twice", () => read(module(section(1, [0]), section(1, [0])))],
  ["an unknown section", () => read(module(section(77, [])))],
  ["a section beyond the end", () => read(module([1, 5, 0]))],
  ["a section with a rest", () => read(module(section(1, [0, 0]))).types],
  ["two exports of one name", () => read(module(section(7, list([...name("a"), 0, 0], [...name("a"), 0, 1])))).exports],
  ["an instruction that is not constant", () => read(module(section(6, list([0x7f, 0, 0x01, 0x0b])))).globals],
])("refused: %s", (_, attempt) => {
  expect(attempt).toThrow(malformed);
});

test("custom sections are found by name", () => {
  const file = read(module(custom("tenon:contract", [1, 2, 3]), custom("component-type:a", []), section(1, [0])));
  expect(file.customSection("tenon:contract")).toEqual(new Uint8Array([1, 2, 3]));
  expect(file.sections.map((each) => each.name)).toEqual(["tenon:contract", "component-type:a", undefined]);
});

test.each([
  [["wasi_snapshot_preview1"], "preview1"],
  [["wasi_unstable"], "preview0"],
  [["env"], "none"],
  [["wasi_snapshot_preview1", "wasi:cli/environment@0.2.0"], "0.2"],
  [["wasi:io/poll@0.2.3", "wasi:clocks/types@0.3.0"], "0.3"],
  [["cm32p2|wasi:cli/run@0.2"], "0.2"],
])("imports from %j ask for WASI %s", (modules, level) => {
  const file = read(
    module(
      section(1, list([0x60, 0, 0])),
      section(2, list(...modules.map((each) => [...name(each), ...name("f"), 0, 0]))),
    ),
  );
  expect(file.wasiLevel).toBe(level);
});

const reason = withoutLlvm();
if (reason !== undefined) console.warn(`modules that LLVM linked are not tried: ${reason}`);

needs(reason).test("a module that LLVM linked", () => {
  const bytes = new Uint8Array(readFileSync(wasmObject()));
  const file = read(bytes);
  const compiled = new engine.Module(bytes);
  expect(file.exports.map((each) => ({ name: each.name, kind: each.kind }))).toEqual(engine.Module.exports(compiled));
  expect(file.functionType(file.exports.find((each) => each.name === "twice")?.index ?? -1)).toEqual({
    kind: "function",
    parameters: ["i32"],
    results: ["i32"],
  });
  expect(file.targetFeatures).toContainEqual({ prefix: "+", name: "bulk-memory" });
});
