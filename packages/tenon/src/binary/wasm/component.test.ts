import { expect, test } from "vitest";
import { component, custom, list, module, name, section } from "../testing/assembler.mjs";
import type { WasmComponent } from "./component.js";
import { readWasm } from "./wasm.js";

function read(bytes: Uint8Array): WasmComponent {
  const file = readWasm(bytes);
  if (file.kind !== "component") throw new Error("expected a component");
  return file;
}

test("imports, exports and nested parts are found at the top level", () => {
  const inner = module(section(1, [0]));
  const nested = component(section(1, [...inner]));
  const file = read(
    component(
      section(7, list([0x42, 0])),
      section(10, list([0, ...name("wasi:io/poll@0.2.3"), 5, 0], [0, ...name("core"), 0, 0x11, 0])),
      section(1, [...inner]),
      section(
        10,
        list([1, ...name("type"), 3, 0, 1], [0, ...name("resource"), 3, 1], [0, ...name("number"), 2, 1, 0x79]),
      ),
      section(4, [...nested]),
      section(11, list([0, ...name("demo:greeter/api@1.0.0"), 5, 0, 0], [0, ...name("greet"), 1, 3, 1, 1, 7])),
      custom("producers", list([...name("language"), ...list([...name("Rust"), ...name("1.90")])])),
    ),
  );
  expect(file.imports).toEqual([
    { name: "wasi:io/poll@0.2.3", kind: "instance" },
    { name: "core", kind: "core module" },
    { name: "type", kind: "type" },
    { name: "resource", kind: "type" },
    { name: "number", kind: "value" },
  ]);
  expect(file.exports).toEqual([
    { name: "demo:greeter/api@1.0.0", kind: "instance", index: 0 },
    { name: "greet", kind: "function", index: 3 },
  ]);
  expect(file.modules).toEqual([inner]);
  expect(file.components).toEqual([nested]);
  expect(file.wasiLevel).toBe("0.2");
  expect(file.producers).toEqual({ language: [{ name: "Rust", version: "1.90" }] });
});

test("an invalid description is rejected", () => {
  const malformed = expect.objectContaining({ code: "TENON_BINARY_MALFORMED" });
  expect(() => read(component(section(10, list([0, ...name("a"), 9, 0])))).imports).toThrow(malformed);
  expect(() => read(component(section(10, list([7, ...name("a"), 1, 0])))).imports).toThrow(malformed);
  expect(() => read(component(section(11, list([0, ...name("a"), 1, 0, 2])))).exports).toThrow(malformed);
  expect(() => readWasm(new Uint8Array([0, 0x61, 0x73, 0x6d, 9, 0, 1, 0]))).toThrow(
    "unknown WebAssembly version 9 of layer 1",
  );
});
