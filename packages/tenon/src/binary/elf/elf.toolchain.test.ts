import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { expect } from "vitest";
import { buildGo, goFacts, goProgram } from "../testing/go-build.mjs";
import { workspace } from "../testing/workspace.mjs";
import { type ElfFile, readElf } from "./index.js";

const { describe, test } = needs(missing.goPlugins());

const source = `
#include <stdio.h>
extern int outside(int);
extern __attribute__((weak)) int perhaps(int);
static int numbers[3] = {1, 2, 3};
int *first = &numbers[0], *second = &numbers[1], *third = &numbers[2];
const char *words[] = {"alpha", "beta", "gamma"};
__thread int each = 7;
__attribute__((visibility("hidden"))) int hidden(void) { return 1; }
int *which(int i) { return i == 0 ? first : i == 1 ? second : third; }
int sum(int a, int b) { printf("%d", a); each++; return a + b + outside(a) + (perhaps ? perhaps(b) : 0) + hidden(); }
`;

const cases = [
  { name: "GNU hash", compiler: "gcc", flags: ["-Wl,--hash-style=gnu"], hash: "gnu" },
  { name: "SysV hash", compiler: "gcc", flags: ["-Wl,--hash-style=sysv"], hash: "sysv" },
  { name: "both hashes", compiler: "gcc", flags: ["-Wl,--hash-style=both"], hash: "gnu" },
  { name: "packed relocations", compiler: "gcc", flags: ["-Wl,-z,pack-relative-relocs"], hash: "gnu" },
  { name: "unsorted relocations", compiler: "gcc", flags: ["-Wl,-z,nocombreloc"], hash: "gnu" },
  { name: "32 bit with REL", compiler: "i686-linux-gnu-gcc", flags: [], hash: "gnu" },
  { name: "AArch64", compiler: "aarch64-linux-gnu-gcc", flags: [], hash: "gnu" },
] as const;

for (const { name, compiler, flags, hash } of cases) {
  needs(missing.program(compiler)).describe(`a C library with ${name}`, () => {
    for (const strip of [[], ["-s"]]) {
      test(strip.length === 0 ? "as it is linked" : "stripped", () => {
        const elf = library(compiler, [...flags, ...strip]);
        const { symbols, image } = elf;
        expect(symbols?.hash).toBe(hash);
        expect(elf.dynamic?.soName).toBe("libsample.so.1");
        expect(elf.dynamic?.needed).toContain("libc.so.6");
        expect(symbols?.find("sum")).toMatchObject({ isDefined: true, type: 2, binding: "global" });
        expect(symbols?.find("hidden")).toBeUndefined();
        expect(symbols?.find("outside")).toBeUndefined();
        expect(symbols?.find("nothing")).toBeUndefined();
        const all = [...(symbols ?? [])];
        expect(all.find((each) => each.name === "outside")).toMatchObject({ isDefined: false, binding: "global" });
        expect(all.find((each) => each.name === "perhaps")).toMatchObject({ isDefined: false, binding: "weak" });
        for (const { name, isDefined, binding } of all)
          if (isDefined && binding !== "local") expect(symbols?.find(name)?.name).toBe(name);
        // Pointers are what the loader makes of them.
        const pointed = ["first", "second", "third"].map((each) => image.pointer(symbols?.find(each)?.value ?? 0));
        expect(pointed.map((address) => image.u32(address))).toEqual([1, 2, 3]);
        const words = symbols?.find("words")?.value ?? 0;
        expect([0, 1, 2].map((at) => image.cString(image.pointer(words + at * image.wordSize)))).toEqual([
          "alpha",
          "beta",
          "gamma",
        ]);
        expect(elf.versionNeeds.every(({ version }) => version.startsWith("GLIBC_"))).toBe(true);
        expect(elf.versionNeeds.length).toBeGreaterThan(0);
      });
    }
  });
}

test("the versions that a library defines are read", () => {
  const script = join(workspace(), "versions.map");
  writeFileSync(script, "SAMPLE_1.0 { global: sum; };\nSAMPLE_1.1 { global: which; local: *; } SAMPLE_1.0;\n");
  const elf = library("gcc", [`-Wl,--version-script=${script}`]);
  expect(elf.versionDefinitions.map(({ version }) => version)).toEqual(["libsample.so.1", "SAMPLE_1.0", "SAMPLE_1.1"]);
  const index = elf.symbols?.versionOf(elf.symbols.find("which")?.index ?? 0)?.index;
  expect(elf.versionDefinitions.find((each) => each.index === index)?.version).toBe("SAMPLE_1.1");
});

test("a position-independent program, a static one and an object file are distinguished", () => {
  const dynamic = compile("gcc", ["-pie", "-fPIE"], "int main(void) { return 0; }");
  expect(dynamic.header.type).toBe("shared");
  expect(dynamic.dynamic?.isProgram).toBe(true);
  expect(dynamic.interpreter).toMatch(/ld/);
  const whole = compile("gcc", ["-static", "-nostdlib"], "void _start(void) { for (;;); }");
  expect(whole.header.type).toBe("executable");
  expect(whole.dynamic).toBeUndefined();
  expect(whole.symbols).toBeUndefined();
  expect(compile("gcc", ["-c"], "int x;").header.type).toBe("relocatable");
});

describe("what Go's debug/elf says of Go programs", () => {
  for (const arch of ["amd64", "386", "arm", "arm64", "mips", "ppc64", "s390x", "riscv64", "loong64"]) {
    test(`linux/${arch}`, { timeout: 240_000 }, () => {
      const elf = readElf(goProgram(`linux/${arch}`));
      const facts = goFacts("elf", buildGo(`linux/${arch}`));
      expect(elf.machine.arch).toBe(arch);
      expect(
        elf.image.segments.map(({ address, size, offset, fileSize }) => ({ address, size, offset, fileSize })),
      ).toEqual(
        facts.Segments?.map(({ Address, Size, Offset, FileSize }) => ({
          address: Address,
          size: Size,
          offset: Offset,
          fileSize: FileSize,
        })),
      );
      expect(elf.sections.map(({ name }) => name).filter((name) => name !== "")).toEqual(
        facts.Sections?.map(({ Name }) => Name).filter((name) => name !== ""),
      );
    });
  }
});

test("notes are read, for example Go's build ID", () => {
  const note = readElf(goProgram("linux/amd64")).notes.find(({ owner }) => owner === "Go");
  expect(note?.type).toBe(4);
  expect(Buffer.from(note?.description ?? []).toString()).toMatch(/\//);
});

describe("broken files", () => {
  const whole = new Uint8Array(readFileSync(compiled("gcc", ["-shared", "-fPIC", "-s"], source)));

  test("a file that is cut off within its headers is rejected", () => {
    for (let length = 0; length < 64 + 56; length++) {
      const failure = thrownBy(() => readElf(whole.subarray(0, length)).programHeaders);
      expect(failure, `${length} bytes`).toMatchObject({
        code: expect.stringMatching(/^TENON_BINARY_(MALFORMED|TRUNCATED)$/),
      });
    }
  });

  test("a file that is cut off after its headers is reported as truncated", () => {
    const elf = readElf(whole.subarray(0, whole.length >> 1));
    expect(thrownBy(() => elf.expectWhole())).toMatchObject({ code: "TENON_BINARY_TRUNCATED" });
  });

  test("a string table outside the file is rejected, and the rest can still be read", () => {
    const bytes = whole.slice();
    const header = readElf(bytes).programHeaders.find(({ type }) => type === 2);
    const view = new DataView(bytes.buffer);
    for (let at = header?.offset ?? 0; view.getUint32(at, true) !== 0; at += 16)
      if (view.getUint32(at, true) === 5) view.setUint32(at + 8, 0x7fffffff, true);
    const elf = readElf(bytes);
    expect(thrownBy(() => elf.dynamic)).toMatchObject({ code: "TENON_BINARY_MALFORMED" });
    expect(elf.image.segments.length).toBeGreaterThan(0);
  });
});

function library(compiler: string, flags: readonly string[]): ElfFile {
  return compile(compiler, ["-shared", "-fPIC", "-Wl,-soname,libsample.so.1", ...flags], source);
}

function compile(compiler: string, flags: readonly string[], text: string): ElfFile {
  return readElf(new Uint8Array(readFileSync(compiled(compiler, flags, text))));
}

function compiled(compiler: string, flags: readonly string[], text: string): string {
  const input = join(workspace(), "sample.c");
  const output = join(workspace(), "sample");
  writeFileSync(input, text);
  execFileSync(compiler, ["-o", output, input, ...flags], { stdio: ["ignore", "ignore", "pipe"] });
  return output;
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return { ...(thrown as object), code: (thrown as { code: string }).code };
  }
  return undefined;
}
