import { readFileSync } from "node:fs";
import { missing, needs } from "@tenon/fixtures/tests";
import { beforeAll, expect } from "vitest";
import { buildGo, type Facts, goFacts } from "../testing/go-build.mjs";
import { peLibrary, withoutLlvm } from "../testing/llvm.mjs";
import { type PeFile, readPe } from "./pe.js";

const { describe, test } = needs(missing.go());

const bytesOf = (path: string) => new Uint8Array(readFileSync(path));

describe.each(["windows/amd64", "windows/386", "windows/arm64"])("a program that Go built for %s", (target) => {
  let file: PeFile;
  let facts: Facts;
  beforeAll(() => {
    const path = buildGo(target);
    file = readPe(bytesOf(path));
    facts = goFacts("pe", path);
  });

  test("is known by its platform", () => {
    expect(file.image.platform).toEqual({ os: "windows", arch: target.split("/")[1] });
    expect(file.image.bits).toBe(target.endsWith("386") ? 32 : 64);
    expect(file.headers.subsystem).toBe("console");
    expect(file.headers.isLibrary).toBe(false);
    expect(file.isManaged).toBe(false);
    expect(file.exports).toEqual([]);
  });

  test("has the sections that debug/pe sees", () => {
    // Names longer than 8 bytes are among them.
    expect(facts.Sections?.some(({ Name }) => Name.length > 8)).toBe(true);
    expect(file.sections.map(({ name, address, size }) => [name, address, size])).toEqual(
      facts.Sections?.map(({ Name, Address, Size }) => [Name, Address, Size]),
    );
    for (const [index, section] of file.sections.entries())
      if (section.fileSize > 0) expect(section.offset).toBe(facts.Sections?.[index]?.Offset);
  });

  test("has the symbols that debug/pe sees", () => {
    expect(facts.Symbols?.length).toBeGreaterThan(1000);
    expect(file.symbols.map(({ name, value, section }) => [name, value, section])).toEqual(
      facts.Symbols?.map(({ Name, Value, Section }) => [Name, Value, Section]),
    );
  });

  test("imports what debug/pe sees", () => {
    const imported = file.imports.flatMap(({ library, functions }) =>
      functions.map(({ name }) => `${name}:${library}`),
    );
    expect(imported.length).toBeGreaterThan(10);
    expect(imported).toEqual(facts.Imports);
  });

  test("has pointers that are valid for its image base", () => {
    const at = (wanted: string) => {
      const symbol = file.symbols.find(({ name }) => name === wanted || name === `_${wanted}`);
      return file.headers.imageBase + (symbol?.address ?? 0);
    };
    expect(file.image.pointer(at("runtime.firstmoduledata"))).toBe(at("runtime.pclntab"));
  });
});

const reason = withoutLlvm();
if (reason !== undefined) console.warn(`PE libraries are not tried: ${reason}`);

needs(reason).describe("a library that LLVM linked", () => {
  test.each([
    ["x86_64", false],
    ["x86_64", true],
    ["i686", false],
    ["i686", true],
  ] as const)("for %s, with delayed imports: %s", (arch, delayed) => {
    const file = readPe(peLibrary(arch, delayed));
    expect(file.headers.isLibrary).toBe(true);
    expect(file.image.platform).toEqual({ os: "windows", arch: arch === "i686" ? "386" : "amd64" });
    expect(file.imports).toEqual([
      { library: "other.dll", delayed, functions: [{ name: "outside", ordinal: undefined }] },
    ]);
    const named = Object.fromEntries(file.exports.map((each) => [each.name ?? `#${each.ordinal}`, each]));
    expect(Object.keys(named).sort()).toEqual(["#7", "message", "passed", "table", "thrice"]);
    expect(named.passed).toMatchObject({ forwarder: "other.outside", address: undefined });
    const base = file.headers.imageBase;
    const table = base + (named.table?.address ?? 0);
    expect(file.image.pointer(table)).toBe(base + (named.message?.address ?? 0));
    expect(file.image.cString(file.image.pointer(table))).toBe("hello");
    expect(file.image.pointer(table + file.image.wordSize)).toBe(base + (named["#7"]?.address ?? 0));
  });
});
