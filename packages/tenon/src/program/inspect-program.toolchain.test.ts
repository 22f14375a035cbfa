import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";
import { sharedFiles } from "../binary/go-metadata/fixtures/c-shared.mjs";
import { buildGo, newestGo, toolchains } from "../binary/go-metadata/fixtures/go-builds.mjs";
import { generator, mutate } from "../binary/go-metadata/fixtures/mutate.mjs";
import { hostFiles, pluginExports, pluginFiles } from "../binary/go-metadata/fixtures/sources.mjs";
import { isTenonError } from "../errors/index.js";
import { compileC } from "./fixtures/compile-c.mjs";
import { inspectProgram } from "./index.js";

const { describe, test } = needs(missing.goPlugins());

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenon-inspect-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
const wit = "package test:greeter@1.0.0;\n\nworld greeter {\n  export greet: func(name: string) -> string;\n}\n";

describe("Go", () => {
  test("a plugin has a release, modules, settings and exports with types", async () => {
    for (const toolchain of toolchains) {
      const flags = ["-buildmode=plugin", "-trimpath", "-ldflags=-s -w"];
      const inspection = await inspectProgram(buildGo(toolchain, { files: pluginFiles, flags }));
      expect(inspection).toMatchObject({
        kind: "go-plugin",
        platform: { os: "linux" },
        cLibrary: { name: "glibc", minimum: expect.stringMatching(/^2\.\d+$/) },
        libraries: expect.arrayContaining(["libc.so.6"]),
        hasSymbols: false,
        hasDebugData: false,
        go: { pluginPath: "example.com/made", trimPath: true, folder: undefined, goRoot: undefined },
        findings: [],
      });
      expect([...inspection.exports].sort(byName)).toEqual(pluginExports);
      if (toolchain.minor > 20)
        expect(inspection.go).toMatchObject({
          version: `go${toolchain.version}`,
          main: { path: "example.com/made" },
          settings: { "-buildmode": "plugin", "-trimpath": "true", CGO_ENABLED: "1" },
        });
      else expect(inspection.go?.version?.split(" or ")).toContain(`go1.${toolchain.minor}`);
    }
  }, 600_000);

  const old = toolchains.find(({ minor }) => minor <= 20);
  needs(old === undefined ? "no Go release up to 1.20 is installed" : undefined).test(
    "the release of an old plugin stands in its debug data",
    async () => {
      const path = buildGo(old!, { files: pluginFiles, flags: ["-buildmode=plugin"] });
      expect((await inspectProgram(path)).go?.version).toBe(`go${old!.version}`);
    },
    600_000,
  );

  test("a host has the folders in which it was built", async () => {
    const inspection = await inspectProgram(buildGo(newestGo!, { files: hostFiles }));
    expect(inspection).toMatchObject({
      kind: "go-program",
      hasSymbols: true,
      hasDebugData: true,
      exports: [],
      go: { usesPlugins: true, pluginPath: undefined, trimPath: false },
    });
    expect(inspection.go?.folder).toContain("scratch-");
    expect(inspection.go?.goRoot).toMatch(/^\//);
  }, 600_000);

  test("a library for C has Go types as long as it has debug data", async () => {
    const flags = ["-buildmode=c-shared"];
    const inspection = await inspectProgram(buildGo(newestGo!, { files: sharedFiles, flags }));
    expect(inspection).toMatchObject({ kind: "go-c-shared", go: { settings: { "-buildmode": "c-shared" } } });
    expect(inspection.exports).toEqual([
      { name: "Add", kind: "function", type: "func(int, int) int" },
      { name: "Describe", kind: "function", type: "func(*C.char, C.int, C.struct___0) (*C.char, bool)" },
      { name: "GreetAll", kind: "function", type: "func([]string)" },
    ]);
    const stripped = buildGo(newestGo!, { files: sharedFiles, flags: [...flags, "-ldflags=-s -w"] });
    expect((await inspectProgram(stripped)).exports).toEqual(
      inspection.exports.map(({ name }) => ({ name, kind: "function", type: undefined })),
    );
  }, 600_000);

  test.each([
    ["darwin", "arm64", { platform: { os: "darwin", arch: "arm64" }, cLibrary: { name: "libSystem" } }],
    ["windows", "amd64", { platform: { os: "windows", arch: "amd64" }, libraries: ["kernel32.dll"] }],
    ["wasip1", "wasm", { kind: "wasm-module", platform: { os: "wasip1", arch: "wasm" }, wasi: "preview1" }],
    ["linux", "mips", { platform: { os: "linux", arch: "mips" }, cLibrary: undefined, libraries: [] }],
  ])(
    "%s/%s",
    async (os, arch, expected) => {
      const files = { "main.go": 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("x") }\n' };
      const environment = { GOOS: os, GOARCH: arch, CGO_ENABLED: "0" };
      const inspection = await inspectProgram(buildGo(newestGo!, { files, environment }));
      expect(inspection).toMatchObject({
        kind: "go-program",
        go: { version: `go${newestGo!.version}`, usesPlugins: false, settings: { GOOS: os, GOARCH: arch } },
        findings: [],
        ...expected,
      });
    },
    600_000,
  );

  test("damaged plugins lead to a result with findings or an error with a code", async () => {
    const path = buildGo(newestGo!, { files: pluginFiles, flags: ["-buildmode=plugin"] });
    const bytes = readFileSync(path);
    const random = generator(7);
    const damaged = join(folder, "damaged.so");
    const outcomes = new Set<string>();
    for (let round = 0; round < 60; round++) {
      writeFileSync(
        damaged,
        mutate(
          bytes,
          [
            [0, 2048],
            [0, bytes.length],
          ],
          random,
        ),
      );
      try {
        const { findings } = await inspectProgram(damaged);
        outcomes.add(findings.length > 0 ? "findings" : "whole");
        for (const { message, subject } of findings) expect(`${subject} ${message}`).toContain(damaged);
      } catch (thrown) {
        if (!isTenonError(thrown)) throw thrown;
        outcomes.add("error");
      }
    }
    expect([...outcomes].sort()).toEqual(["error", "findings", "whole"]);
  }, 600_000);

  test("a truncated plugin is described, with a finding", async () => {
    const bytes = readFileSync(buildGo(newestGo!, { files: pluginFiles, flags: ["-buildmode=plugin"] }));
    const path = join(folder, "short.so");
    writeFileSync(path, bytes.subarray(0, bytes.length >> 1));
    const { findings, kind } = await inspectProgram(path);
    expect(kind).toMatch(/^(?:go-plugin|go-c-shared|shared-library)$/);
    expect(findings).toContainEqual(
      expect.objectContaining({ code: "TENON_BINARY_TRUNCATED", severity: "error", subject: path }),
    );
  }, 600_000);
});

describe("C", () => {
  test("a library has exports and the glibc version that it needs", async () => {
    const source = "#include <stdlib.h>\nint answer = 42;\nint add(int a, int b) { return a + abs(b); }\n";
    const inspection = await inspectProgram(compileC(folder, "lib.so", source, ["-shared", "-fPIC"]));
    expect(inspection).toMatchObject({
      kind: "shared-library",
      hasSymbols: true,
      go: undefined,
      interpreter: undefined,
    });
    expect([...inspection.exports].sort(byName)).toEqual([
      { name: "add", kind: "function", type: undefined },
      { name: "answer", kind: "variable", type: undefined },
    ]);
    expect(inspection.findings.map(({ code, severity }) => [code, severity])).toEqual([
      ["TENON_BINARY_NOT_GO", "info"],
    ]);
  });

  test("programs, position-independent or not, and object files are distinguished", async () => {
    const source = '#include <stdio.h>\nint main(void) { puts("x"); return 0; }\n';
    for (const flags of [
      ["-pie", "-fPIE"],
      ["-no-pie"],
      ["-static-pie", "-fPIE", "-nostdlib", "-Wl,-e,main", "-Dputs(x)="],
    ]) {
      const inspection = await inspectProgram(compileC(folder, "program", source, flags));
      expect(inspection.kind).toBe("program");
      expect(inspection.cLibrary?.name).toBe(flags.includes("-nostdlib") ? undefined : "glibc");
    }
    expect((await inspectProgram(compileC(folder, "object", source, ["-c"]))).kind).toBe("object");
  });

  test("a symbol of a newer glibc raises the required version", async () => {
    const source = "int old(void) { return 0; }\n";
    const plain = await inspectProgram(compileC(folder, "plain.so", source, ["-shared", "-fPIC", "-nostdlib"]));
    expect(plain.cLibrary).toBeUndefined();
    const newer = "#include <stdlib.h>\nunsigned value(void) { return arc4random(); }\n";
    const inspection = await inspectProgram(compileC(folder, "newer.so", newer, ["-shared", "-fPIC"]));
    expect(inspection.cLibrary).toEqual({ name: "glibc", minimum: "2.36" });
  });

  needs(missing.program("musl-gcc")).test("musl", async () => {
    const source = "int main(void) { return 0; }\n";
    const program = await inspectProgram(compileC(folder, "musl", source, [], "musl-gcc"));
    expect(program.cLibrary).toEqual({ name: "musl", minimum: undefined });
    const library = compileC(
      folder,
      "musl.so",
      "#include <stdlib.h>\nint f(int x) { return abs(x) + rand(); }\n",
      ["-shared", "-fPIC"],
      "musl-gcc",
    );
    expect((await inspectProgram(library)).cLibrary?.name).toBe("musl");
  });

  needs(missing.program("upx")).test("packed with UPX", async () => {
    const source = `#include <stdio.h>\nstatic const char big[200000] = {1};\nint main(int c, char **v) { puts(v[0]); return big[c]; }\n`;
    const path = compileC(folder, "packed", source, ["-static"]);
    execFileSync("upx", ["-q", path], { stdio: "ignore" });
    expect((await inspectProgram(path)).findings).toContainEqual(
      expect.objectContaining({ code: "TENON_BINARY_PACKED", severity: "warning" }),
    );
  });

  test("a core dump is a finding", async () => {
    const bytes = readFileSync(compileC(folder, "crashed", "int main(void) { return 0; }\n", []));
    bytes.writeUInt16LE(4, 16);
    const path = join(folder, "core");
    writeFileSync(path, bytes);
    expect(await inspectProgram(path)).toMatchObject({
      kind: "core-dump",
      findings: [{ code: "TENON_BINARY_CORE", severity: "error" }],
    });
  });
});

describe("contracts", () => {
  test("a contract is found in a file next to the program", async () => {
    const path = compileC(folder, "greeter.so", "int greet(void) { return 0; }\n", ["-shared", "-fPIC"]);
    writeFileSync(join(folder, "greeter.wit"), wit);
    expect((await inspectProgram(path)).contract).toMatchObject({
      id: "test:greeter@1.0.0",
      wit: expect.stringContaining("export greet: func(name: string) -> string;"),
    });
  });

  test("a contract is found in a note of the program", async () => {
    const text = JSON.stringify(wit);
    const source = `
__attribute__((section(".note.tenon"), aligned(4), used)) static const struct {
  unsigned name, size, type; char owner[8]; char text[sizeof(${text}) + 3 & ~3];
} note = { 6, sizeof(${text}), 1, "Tenon", ${text} };
`;
    const path = compileC(folder, "noted.so", source, ["-shared", "-fPIC"]);
    expect((await inspectProgram(path)).contract).toMatchObject({
      id: "test:greeter@1.0.0",
      source: "its note with the owner Tenon",
    });
  });

  test("a contract is found in a section of a WebAssembly module, along with its imports and exports", async () => {
    const path = join(folder, "module.wasm");
    writeFileSync(path, wasmModule(wit));
    expect(await inspectProgram(path)).toMatchObject({
      kind: "wasm-module",
      wasi: "preview1",
      imports: [{ module: "wasi_snapshot_preview1", name: "proc_exit", kind: "function", type: "(i32)" }],
      exports: [{ name: "leave", kind: "function", type: "(i32)" }],
      contract: { id: "test:greeter@1.0.0", source: "its section tenon:contract" },
      findings: [],
    });
  });

  test("a broken contract is a finding", async () => {
    const path = join(folder, "broken.wasm");
    writeFileSync(path, wasmModule("world {"));
    const { findings, contract } = await inspectProgram(path);
    expect(contract).toBeUndefined();
    expect(findings).toEqual([expect.objectContaining({ code: "TENON_CONTRACT_SYNTAX", severity: "error" })]);
  });
});

test("a file that is not a program is an error that names its format", async () => {
  const path = join(folder, "notes.txt");
  writeFileSync(path, "just words\n");
  await expect(inspectProgram(path)).rejects.toMatchObject({ code: "TENON_BINARY_UNKNOWN", subject: path });
  const archive = join(folder, "archive.a");
  copyFileSync(compileC(folder, "member.o", "int x;\n", ["-c"]), join(folder, "copy.o"));
  execFileSync("ar", ["rcs", archive, join(folder, "copy.o")]);
  await expect(inspectProgram(archive)).rejects.toMatchObject({
    code: "TENON_BINARY_UNKNOWN",
    message: expect.stringContaining("archive"),
  });
});

/** A module that passes on an import of WASI, with a custom section `tenon:contract`. */
function wasmModule(contract: string): Uint8Array {
  const text = (value: string) => [...leb(Buffer.byteLength(value)), ...Buffer.from(value)];
  const section = (id: number, content: readonly number[]) => [id, ...leb(content.length), ...content];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 0]),
    ...section(2, [1, ...text("wasi_snapshot_preview1"), ...text("proc_exit"), 0, 0]),
    ...section(7, [1, ...text("leave"), 0, 0]),
    ...section(0, [...text("tenon:contract"), ...Buffer.from(contract)]),
  ]);
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb(value >>> 7)];
}
