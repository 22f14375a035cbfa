import { readFileSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { beforeAll, expect } from "vitest";
import { joined } from "../testing/fat-file.mjs";
import { buildGo, type Facts, goFacts } from "../testing/go-build.mjs";
import { machOLibrary, withoutLlvm } from "../testing/llvm.mjs";
import { readFatArchitectures } from "./fat.js";
import { type MachOFile, readMachO } from "./mach-o.js";

const { describe, test } = needs(missing.go());

const bytesOf = (path: string) => new Uint8Array(readFileSync(path));

describe.each(["darwin/amd64", "darwin/arm64"])("a program that Go built for %s", (target) => {
  let file: MachOFile;
  let facts: Facts;
  beforeAll(() => {
    const path = buildGo(target);
    file = readMachO(bytesOf(path));
    facts = goFacts("mach-o", path);
  });

  test("is known by its platform and type", () => {
    expect(file.image.platform).toEqual({ os: "darwin", arch: target.split("/")[1] });
    expect(file.header.type).toBe("executable");
    expect(file.buildVersion?.platform).toBe("macOS");
    expect(file.uuid).toMatch(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  });

  test("has the segments and sections that debug/macho sees", () => {
    expect(file.segments.map((each) => [each.name, each.address, each.size, each.offset, each.fileSize])).toEqual(
      facts.Segments?.map((each) => [each.Name, each.Address, each.Size, each.Offset, each.FileSize]),
    );
    expect(file.sections.map(({ name, address, size }) => [name, address, size])).toEqual(
      facts.Sections?.map((each) => [each.Name, each.Address, each.Size]),
    );
  });

  test("has the symbols that debug/macho sees", () => {
    expect(facts.Symbols?.length).toBeGreaterThan(1000);
    // debug/macho leaves out the underscore that Go's linker puts before names with a dot.
    const shown = (name: string) => (name.startsWith("_") && name.includes(".") ? name.slice(1) : name);
    expect(file.symbols.map(({ name, value, section }) => [shown(name), value, section])).toEqual(
      facts.Symbols?.map(({ Name, Value, Section }) => [Name, Value, Section]),
    );
  });

  test("needs the libraries and symbols that debug/macho sees", () => {
    expect(file.libraries.map(({ path }) => path)).toEqual(facts.Libraries);
    const imported = file.symbols.filter(({ kind, external }) => kind === "undefined" && external);
    expect(imported.map(({ name }) => name)).toEqual(facts.Imports);
    // Go's linker makes files with a flat namespace: a symbol is taken from whatever library has it.
    expect(new Set(imported.map(({ library }) => library))).toEqual(new Set([undefined]));
  });

  test("reads pointers as the loader leaves them", () => {
    const at = (name: string) =>
      file.symbols.find((each) => each.name === name || each.name === `_${name}`)?.value ?? 0;
    // The first word of Go's module data leads to the line table.
    expect(file.image.pointer(at("runtime.firstmoduledata"))).toBe(at("runtime.pclntab"));
  });

  test("keeps what the loader needs after its symbols are stripped", () => {
    const stripped = readMachO(bytesOf(buildGo(target, ["-ldflags=-s -w"])));
    expect(stripped.libraries).toEqual(file.libraries);
    expect(stripped.symbols.length).toBeLessThan(file.symbols.length);
  });
});

test("each part of a fat file can be read", () => {
  const [intel, arm] = [bytesOf(buildGo("darwin/amd64")), bytesOf(buildGo("darwin/arm64"))];
  for (const wide of [false, true]) {
    const fat = joined([intel, arm], wide);
    const parts = readFatArchitectures(fat);
    expect(parts.map(({ arch, size }) => [arch, size])).toEqual([
      ["amd64", intel.length],
      ["arm64", arm.length],
    ]);
    expect(readMachO(fat).image.platform.arch).toBe("amd64");
    expect(readMachO(fat, { arch: "arm64" }).uuid).toBe(readMachO(arm).uuid);
    expect(() => readMachO(fat, { arch: "386" })).toThrow(
      "the file contains no code for 386; it contains amd64, arm64",
    );
    expect(() => readMachO(fat.subarray(0, fat.length - 1))).toThrow(
      expect.objectContaining({ code: "TENON_BINARY_TRUNCATED" }),
    );
  }
});

const reason = withoutLlvm();
if (reason !== undefined) console.warn(`Mach-O libraries are not tried: ${reason}`);

needs(reason).describe("a library that LLVM linked", () => {
  test.each([
    ["x86_64", "chained"],
    ["arm64", "chained"],
    ["x86_64", "opcodes"],
    ["arm64", "opcodes"],
  ] as const)("for %s, with %s fixups", (arch, fixups) => {
    const file = readMachO(bytesOf(machOLibrary(arch, fixups)));
    expect(file.header.type).toBe("dylib");
    expect(file.id?.path).toBe("@rpath/libdemo.dylib");
    expect(file.runPaths).toEqual(["@loader_path"]);
    expect(file.buildVersion).toEqual({ platform: "macOS", minimumOs: "12.0", sdk: "13.1" });
    const defined = file.symbols.filter(({ kind, external }) => kind === "section" && external);
    expect(file.exports?.map(({ name, address }) => [name, address]).sort()).toEqual(
      defined.map(({ name, value }) => [name, value]).sort(),
    );
    const address = (name: string) => file.exports?.find((each) => each.name === name)?.address ?? -1;
    const table = [0, 8, 16, 24].map((offset) => file.image.pointer(address("_table") + offset));
    expect(table.slice(0, 3)).toEqual([address("_message"), address("_twice"), 0]);
    // Where the loader does not fill it in, the linker has made a stub that calls the other library.
    const stubs = file.sections.find(({ name }) => name === "__stubs");
    expect(table[3]).toBe(fixups === "chained" ? 0 : stubs?.address);
    expect(file.image.cString(table[0] ?? 0)).toBe("hello");
    // 254: looked up in every library, as requested from the linker.
    expect(file.symbols.find(({ name }) => name === "_outside")).toMatchObject({ kind: "undefined", library: 254 });
    expect(file.isSigned).toBe(arch === "arm64");
  });
});
