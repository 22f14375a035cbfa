import fc from "fast-check";
import { expect, test } from "vitest";
import { leb } from "../testing/assembler.mjs";
import { readExportsTrie } from "./exports.js";

const malformed = expect.objectContaining({ code: "TENON_BINARY_MALFORMED" });
const base = 0x1000;

interface Node {
  readonly terminal: readonly number[];
  readonly children: readonly (readonly [edge: string, node: Node])[];
}

/** Makes a trie as linkers do: names that share a first letter share a node. */
function trieOf(entries: readonly (readonly [name: string, address: number])[]): Node {
  const own = entries.find(([name]) => name === "");
  const groups = new Map<string, [string, number][]>();
  for (const [name, address] of entries) {
    if (name === "") continue;
    const first = name[0] ?? "";
    groups.set(first, [...(groups.get(first) ?? []), [name.slice(1), address]]);
  }
  return {
    terminal: own === undefined ? [] : [0, ...leb(own[1])],
    children: [...groups].map(([edge, rest]) => [edge, trieOf(rest)]),
  };
}

/** Writes a trie; offsets are padded to three bytes, so that nodes have their places before they are written. */
function encode(root: Node): Uint8Array {
  const nodes: Node[] = [];
  const visit = (node: Node) => {
    nodes.push(node);
    for (const [, child] of node.children) visit(child);
  };
  visit(root);
  const places = new Map<Node, number>();
  const padded = (value: number) => [(value & 0x7f) | 0x80, ((value >>> 7) & 0x7f) | 0x80, value >>> 14];
  const write = (node: Node) => [
    ...leb(node.terminal.length),
    ...node.terminal,
    node.children.length,
    ...node.children.flatMap(([edge, child]) => [
      ...new TextEncoder().encode(edge),
      0,
      ...padded(places.get(child) ?? 0),
    ]),
  ];
  let end = 0;
  for (const node of nodes) {
    places.set(node, end);
    end += write(node).length;
  }
  return new Uint8Array(nodes.flatMap(write));
}

test("every name is found again, with its address", () => {
  const names = fc.dictionary(fc.stringMatching(/^[a-c_]{1,8}$/), fc.nat({ max: 2 ** 40 }), { maxKeys: 40 });
  fc.assert(
    fc.property(names, (wanted) => {
      const found = readExportsTrie(encode(trieOf(Object.entries(wanted))), base);
      expect(Object.fromEntries(found.map(({ name, address }) => [name, (address ?? 0) - base]))).toEqual({
        ...wanted,
      });
      expect(found.length).toBe(Object.keys(wanted).length);
    }),
  );
});

test("weak symbols, other kinds, and symbols of other libraries are distinguished", () => {
  const leaf = (...terminal: number[]): Node => ({ terminal, children: [] });
  const trie: Node = {
    terminal: [],
    children: [
      ["weak", leaf(4, 16)],
      ["thread", leaf(1, 32)],
      ["absolute", leaf(2, 5)],
      ["passed", leaf(8, 2, 0)],
      ["renamed", leaf(8, 1, 0x5f, 0x78, 0)],
    ],
  };
  const own = { reexport: undefined };
  expect(readExportsTrie(encode(trie), base)).toEqual([
    { name: "weak", kind: "regular", weak: true, address: base + 16, ...own },
    { name: "thread", kind: "thread-local", weak: false, address: base + 32, ...own },
    { name: "absolute", kind: "absolute", weak: false, address: 5, ...own },
    { name: "passed", kind: "regular", weak: false, address: undefined, reexport: { library: 2, name: "passed" } },
    { name: "renamed", kind: "regular", weak: false, address: undefined, reexport: { library: 1, name: "_x" } },
  ]);
});

test.each([
  ["a loop", [0, 1, 0x61, 0, 0]],
  ["a node outside", [0, 1, 0x61, 0, 99]],
  ["a name without an end", [0, 1, 0x61]],
  ["a terminal beyond the end", [9, 0, 0]],
  ["an offset without an end", [0, 1, 0x61, 0, 0x80]],
  ["an unknown kind", [2, 3, 0, 0]],
])("refused: %s", (_, bytes) => {
  expect(() => readExportsTrie(new Uint8Array(bytes), base)).toThrow(malformed);
});
