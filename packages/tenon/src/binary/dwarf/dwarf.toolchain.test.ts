import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { isTenonError } from "../../errors/index.js";
import { sharedFiles } from "../go-metadata/fixtures/c-shared.mjs";
import { buildGo, type GoToolchain, newestGo, toolchains } from "../go-metadata/fixtures/go-builds.mjs";
import { generator, mutate } from "../go-metadata/fixtures/mutate.mjs";
import { type Binary, readBinary } from "../index.js";
import { type Dwarf, exportedByWrapper, exportSignatures, findPositions, goParameters, readDwarf } from "./index.js";
import { findDwarf } from "./sections.js";

const { describe, test } = needs(missing.goPlugins());

const plain = { "main.go": 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("x") }\n' };

function wrappersOf(binary: Binary): string[] {
  if (binary.format !== "elf") return [];
  return [...binary.file.symbols!].map(({ name }) => name).filter((name) => exportedByWrapper(name) !== undefined);
}

describe("with real Go", () => {
  test.each(toolchains.map((one): [string, GoToolchain] => [one.version, one]))(
    "%s: the producer of each package, and the types of exports to C",
    (version, toolchain) => {
      const binary = readBinary(
        readFileSync(buildGo(toolchain, { files: sharedFiles, flags: ["-buildmode=c-shared"] })),
      );
      const dwarf = readDwarf(binary)!;
      const units = [...dwarf.compileUnits()];
      const main = units.find(({ name, isGo }) => isGo && name.endsWith("main"));
      expect(main?.producer).toMatch(new RegExp(`^Go cmd/compile go${version.replaceAll(".", "\\.")}\\b.*-shared`));
      expect(units.filter(({ isGo }) => isGo).map(({ name }) => name)).toContain("runtime");
      expect(units.some(({ isGo, producer }) => !isGo && /GNU C/.test(producer))).toBe(true);
      expect(Object.fromEntries(exportSignatures(dwarf, wrappersOf(binary)))).toEqual({
        Add: "func(int, int) int",
        Describe: "func(*C.char, C.int, C.struct___0) (*C.char, bool)",
        GreetAll: "func([]string)",
      });
      expect(goParameters(dwarf, ["runtime.gopanic", "not.There"])).toEqual(
        new Map([
          ["runtime.gopanic", [version < "1.18" ? "interface {}" : expect.stringMatching(/^interface \{\}$|^any$/)]],
        ]),
      );
    },
    600_000,
  );

  test.each([
    ["darwin", "arm64", []],
    ["windows", "amd64", []],
    ["windows", "386", ["-ldflags=-compressdwarf=false"]],
    ["linux", "386", []],
    ["linux", "s390x", []],
    ["linux", "arm64", ["-ldflags=-compressdwarf=false"]],
  ] as const)(
    "%s/%s %j",
    (os, arch, flags) => {
      for (const toolchain of [toolchains[0]!, newestGo!]) {
        const environment = { GOOS: os, GOARCH: arch, CGO_ENABLED: "0" };
        const dwarf = readDwarf(readBinary(readFileSync(buildGo(toolchain, { files: plain, flags, environment }))))!;
        const units = [...dwarf.compileUnits()].filter(({ isGo }) => isGo);
        expect(units.map(({ name }) => name)).toEqual(expect.arrayContaining(["runtime", "fmt"]));
        for (const { producer } of units) expect(producer).toContain(`Go cmd/compile go${toolchain.version}`);
      }
    },
    600_000,
  );

  test("a race build is recognisable, and a stripped one has no debug data", () => {
    const race = readBinary(readFileSync(buildGo(newestGo!, { files: plain, flags: ["-race"] })));
    const runtime = [...readDwarf(race)!.compileUnits()].find(({ name }) => name === "runtime");
    expect(runtime?.producer).toContain("-race");
    const stripped = readBinary(readFileSync(buildGo(newestGo!, { files: plain, flags: ["-ldflags=-s -w"] })));
    expect(readDwarf(stripped)).toBeUndefined();
  }, 600_000);

  test("damaged debug data is read or rejected with a code", () => {
    const environment = { GOOS: "linux", GOARCH: "386", CGO_ENABLED: "0" };
    const path = buildGo(newestGo!, { files: plain, flags: ["-ldflags=-compressdwarf=false"], environment });
    const bytes = readFileSync(path);
    const binary = readBinary(bytes);
    if (binary.format !== "elf") throw new Error("not ELF");
    const parts = binary.file.sections
      .filter(({ name }) => /^\.debug_(info|abbrev|str_offsets)$/.test(name))
      .map(({ offset, size }): [number, number] => [offset, offset + Math.min(size, 20_000)]);
    const random = generator(99);
    const codes = new Set<string>();
    let slowest = 0;
    for (let round = 0; round < 150; round++) {
      const start = performance.now();
      try {
        readAll(readDwarf(readBinary(mutate(bytes, parts, random))));
        codes.add("read");
      } catch (thrown) {
        if (!isTenonError(thrown)) throw thrown;
        codes.add(thrown.code);
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect([...codes]).toEqual(expect.arrayContaining(["read", "TENON_BINARY_MALFORMED"]));
    expect(slowest).toBeLessThan(5000);
  }, 600_000);
});

const two = `int two(int x) { return x; }
static inline __attribute__((always_inline)) int helper(volatile int *x) {
  return *x / 7;
}
int three(volatile int *x) {
  return helper(x) * 3;
}
`;

function readAll(dwarf: Dwarf | undefined): void {
  if (dwarf === undefined) return;
  for (const _ of dwarf.compileUnits());
  goParameters(dwarf, ["main.main", "fmt.Println", "not.there"]);
}

describe("gcc", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tenon-dwarf-"));
    writeFileSync(join(folder, "one.c"), "int one(int x) { return x; }\n");
    writeFileSync(join(folder, "two.c"), two);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    "-gdwarf-2",
    "-gdwarf-3",
    "-gdwarf-4",
    "-gdwarf-5",
    "-gdwarf-5 -gz=zlib",
    "-gdwarf-4 -gz=zlib-gnu",
    "-gdwarf64 -gdwarf-5",
  ])("%s", (flags) => {
    const output = join(folder, "lib.so");
    execFileSync("gcc", [...flags.split(" "), "-O1", "-shared", "-fPIC", "one.c", "two.c", "-o", output], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const units = [...readDwarf(readBinary(readFileSync(output)))!.compileUnits()];
    expect(units.map(({ name }) => name)).toEqual(["one.c", "two.c"]);
    for (const { producer, isGo } of units) expect([producer.startsWith("GNU C"), isGo]).toEqual([true, false]);
    const binary = readBinary(readFileSync(output));
    if (binary.format !== "elf") throw new Error("not ELF");
    const { value, size } = [...binary.file.symbols!].find(({ name }) => name === "three")!;
    const addresses = Array.from({ length: size }, (_, index) => value + index);
    const positions = findPositions(findDwarf(binary)!, addresses);
    expect(positions.size).toBe(size);
    const stacks = [...positions.values()].map((stack) =>
      stack.map(({ name, file, line }) => `${name} ${file}:${line}`),
    );
    const file = join(folder, "two.c");
    expect(stacks).toContainEqual([`helper ${file}:3`, `three ${file}:6`]);
    for (const stack of stacks) expect(stack.at(-1)).toMatch(/^three /);
  });
});
