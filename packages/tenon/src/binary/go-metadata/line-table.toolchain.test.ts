import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import { readImage } from "../index.js";
import { buildGo, type GoToolchain, newestGo, toolchains } from "./fixtures/go-builds.mjs";
import { imageOfData } from "./fixtures/images.mjs";
import { askGo } from "./fixtures/oracle.mjs";
import { hostFiles } from "./fixtures/sources.mjs";
import { LineTable, readLineTable } from "./line-table.js";

const { describe, test } = needs(missing.goPlugins());

describe("with real Go", () => {
  test.each(toolchains.map((one): [string, GoToolchain] => [one.version, one]))(
    "%s: the functions that Go's own reader sees, and their files",
    (_, toolchain) => {
      const path = buildGo(toolchain, { files: hostFiles });
      const table = readLineTable(readImage(readFileSync(path))!)!;
      const found = [...table.functions()];
      const expected = askGo(path).Functions!;
      expect(found.map(({ name }) => name)).toEqual(expected.map(({ Name }) => Name));
      // Where a function begins with inlined code, Go's reader names the file that was inlined.
      const others = found.filter(({ file }, index) => (file ?? "") !== expected[index]!.File);
      expect(others.length).toBeLessThan(found.length / 100);
      expect(new Set(table.files())).toEqual(
        new Set([...table.files(), ...expected.map(({ File }) => File)].filter(Boolean)),
      );
      const { memhash32Fallback } = Object.fromEntries(found.map(({ name, file }) => [name.split(".").at(-1), file]));
      if (memhash32Fallback !== undefined) expect(basename(memhash32Fallback)).toBe("hash64.go");
    },
    600_000,
  );

  test.each([
    ["linux", "amd64", ["-buildmode=pie"]],
    ["linux", "386", []],
    ["linux", "arm64", []],
    ["linux", "s390x", []],
    ["linux", "mips", []],
    ["darwin", "arm64", []],
    ["darwin", "amd64", []],
    ["windows", "amd64", []],
    ["windows", "386", []],
    ["wasip1", "wasm", []],
  ] as const)(
    "%s/%s %j: the files of a package whose name is escaped",
    (os, arch, flags) => {
      const source = hostFiles["main.go"].replace('"plugin"', "").replace(/\tif _, err[^}]*}\n/, "");
      const path = buildGo(newestGo!, {
        files: { ...hostFiles, "main.go": source.replace("&Node", "&Node") },
        environment: { GOOS: os, GOARCH: arch, CGO_ENABLED: "0" },
        flags: ["-trimpath", "-ldflags=-s -w", ...flags],
      });
      const table = readLineTable(readImage(readFileSync(path))!)!;
      expect(table.filesOfPackage("example.com/made/yaml.v3")).toEqual(["example.com/made/yaml.v3/describe.go"]);
      expect(table.filesOfPackage("main")).toEqual(["example.com/made/main.go"]);
      expect(table.filesOfPackage("strings").map((file) => file.replace(/^.*\//, "strings/"))).toEqual([
        ...new Set(table.filesOfPackage("strings")),
      ]);
      expect(table.packages()).toEqual(expect.arrayContaining(["runtime", "example.com/made/yaml.v3", "internal/abi"]));
      expect(table.filesOfPackage("example.com/not/there")).toEqual([]);
    },
    600_000,
  );

  test("a program that reads line tables has only its own table", () => {
    const source = `package main

import (
	"debug/gosym"
	"fmt"
)

var magic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

func main() { fmt.Println(gosym.NewLineTable(magic, 0)) }
`;
    const bytes = readFileSync(buildGo(newestGo!, { files: { "main.go": source }, flags: ["-trimpath"] }));
    expect(readLineTable(readImage(bytes)!)?.filesOfPackage("main")).toEqual(["example.com/made/main.go"]);
  }, 600_000);
});

test("the line table of Go 1.2 to 1.15 is read", () => {
  const table = readLineTable(imageOfData(earlyTable()))!;
  expect([...table.functions()]).toEqual([{ name: "main.main", file: "/src/main.go" }]);
  expect(table.files()).toEqual(["/src/main.go"]);
  expect(table.filesOfPackage("main")).toEqual(["/src/main.go"]);
});

test("data that is not a line table throws TENON_BINARY_MALFORMED", () => {
  expect(readLineTable(imageOfData(Buffer.alloc(4096)))).toBeUndefined();
  expect(() => new LineTable(imageOfData(Buffer.alloc(4096)), 0x1000)).toThrow(
    expect.objectContaining({ code: "TENON_BINARY_MALFORMED" }),
  );
});

/** One function and one file, as cmd/link of Go 1.2 to 1.15 laid them out. */
function earlyTable(): Buffer {
  const table = Buffer.alloc(256);
  table.writeUInt32LE(0xfffffffb, 0);
  table.set([1, 8], 6);
  table.writeBigUInt64LE(1n, 8);
  table.writeBigUInt64LE(0x401000n, 16);
  table.writeBigUInt64LE(64n, 24);
  table.writeBigUInt64LE(0x401010n, 32);
  table.writeUInt32LE(160, 40);
  // _func: entry, name, args, frame, pcsp, pcfile, pcln
  table.writeBigUInt64LE(0x401000n, 64);
  table.writeUInt32LE(128, 72);
  table.writeUInt32LE(152, 88);
  table.write("main.main\0", 128);
  // From -1 to 1 for 16 bytes.
  table.set([4, 16, 0], 152);
  table.writeUInt32LE(2, 160);
  table.writeUInt32LE(176, 164);
  table.write("/src/main.go\0", 176);
  return table;
}
