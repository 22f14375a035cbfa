import { describe, expect, test } from "vitest";
import { importMemory, LentMemory } from "./lent-memory.js";

const section = (id: number, content: readonly number[]) => [id, content.length, ...content];
const name = (text: string) => [text.length, ...new TextEncoder().encode(text)];
const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const types = section(1, [1, 0x60, 1, 0x7f, 1, 0x7f]);

/** A module that defines memories with these limits, exports the first, and can grow it. Its data is 7 at 9. */
function defining(memories: readonly number[][], imports: readonly number[] = []): Uint8Array {
  return Uint8Array.from([
    ...[...header, ...types, ...section(0, [...name("note"), 1]), ...imports],
    ...section(3, [1, 0]),
    ...section(5, [memories.length, ...memories.flat()]),
    ...section(7, [2, ...name("memory"), 2, 0, ...name("grow"), 0, 0]),
    ...section(10, [1, 6, 0, 0x20, 0, 0x40, 0, 0x0b]),
    ...section(11, [1, 0, 0x41, 9, 0x0b, 1, 7]),
  ]);
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly grow: (by: number) => number;
}

/** Returns what creates instances of a module that follow each other. */
function instances(bytes: Uint8Array): () => Exports {
  const module = new WebAssembly.Module(new Uint8Array(bytes));
  const lent = LentMemory.for(module, [])!;
  return () => {
    const imports: WebAssembly.Imports = {};
    lent.lend(imports);
    return new WebAssembly.Instance(module, imports).exports as unknown as Exports;
  };
}

describe("a module that imports its memory", () => {
  test("gets the same memory again, as if it were new", () => {
    const next = instances(importMemory(defining([[0, 2]])));
    const first = next().memory;
    const bytes = new Uint8Array(first.buffer);
    expect(bytes[9]).toBe(7);
    // Both ends, and the middle of each part.
    bytes[9] = bytes[0] = 1;
    bytes.fill(1, 40_000, 100_000);
    bytes[bytes.length - 1] = 1;
    expect(next().memory).toBe(first);
    const expected = new Uint8Array(2 * 65_536);
    expected[9] = 7;
    expect(Buffer.compare(bytes, expected)).toBe(0);
  });

  test("gets another memory after it has grown, and keeps its maximum", () => {
    const next = instances(importMemory(defining([[1, 1, 3]])));
    const first = next();
    expect(first.grow(2)).toBe(1);
    expect(first.grow(1)).toBe(-1);
    const second = next();
    expect(second.memory).not.toBe(first.memory);
    expect(second.memory.buffer.byteLength).toBe(65_536);
    expect(second.grow(2)).toBe(1);
  });

  test("keeps its other imports", () => {
    const imports = section(2, [1, ...name("a"), ...name("f"), 0, 0]);
    const module = new WebAssembly.Module(new Uint8Array(importMemory(defining([[0, 1]], imports))));
    expect(WebAssembly.Module.imports(module)).toMatchObject([
      { module: "a", name: "f", kind: "function" },
      { kind: "memory" },
    ]);
  });
});

test.each([
  ["no memory", Uint8Array.from([...header, ...types])],
  [
    "two memories",
    defining([
      [0, 1],
      [0, 1],
    ]),
  ],
  ["a shared memory", defining([[3, 1, 2]])],
  ["a memory of 64 bits", defining([[4, 1]])],
  ["a large memory", defining([[0, 0x81, 0x08]])],
  ["a memory from elsewhere", defining([], section(2, [1, ...name("a"), ...name("m"), 2, 0, 1]))],
  ["an import of the same name", defining([[0, 1]], section(2, [1, ...name("tenon:memory"), ...name("f"), 0, 0]))],
])("a module with %s stays as it is", (_, bytes) => {
  expect(importMemory(bytes)).toBe(bytes);
});

test("nothing is lent under a name that the component itself gives something", () => {
  const module = new WebAssembly.Module(new Uint8Array(importMemory(defining([[0, 1]]))));
  expect(LentMemory.for(module, [{ name: "tenon:memory" }])).toBeUndefined();
});
