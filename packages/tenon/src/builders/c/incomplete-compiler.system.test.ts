import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { readArtifact } from "../../runtime/read-artifact.js";
import { refused } from "../testing/refused.mjs";
import { createCModuleBuilder } from "./builder.js";
import { installationOf } from "./installation.js";

const withLibrary = `#include <stdio.h>
#include "plugin.h"
TenonString plugin_greet(TenonString name) { return printf("hi") > 0 ? name : name; }
`;
const { PATH, CC } = process.env;
let root: string;
let tools: string;
let folder: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tenon-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));
afterEach(() => {
  process.env.PATH = PATH;
  if (CC === undefined) delete process.env.CC;
  else process.env.CC = CC;
});

/** Makes a clang 14 that knows some of its parts, and the only C compiler on PATH. Its compiler finds no header. */
async function fakeClang({ targets = "wasm32", linker = true, library = false, runtime = false }, name = "clang") {
  tools = await mkdtemp(join(root, "tools-"));
  folder = join(tools, "plugin");
  await mkdir(folder);
  await writeFile(
    join(folder, "plugin.wit"),
    "package demo:c@1.0.0;\nworld c { export greet: func(name: string) -> string; }\n",
  );
  await writeFile(join(folder, "plugin.c"), withLibrary);
  const part = join(tools, "part");
  await writeFile(part, "");
  const script = `#!/bin/sh
case "$*" in
  --version) echo "Debian clang version 14.0.6" ;;
  -print-targets) echo "  ${targets}" ;;
  *wasm-ld*) echo "${linker ? part : "wasm-ld"}" ;;
  *crt1-reactor.o*) echo "${library ? part : "crt1-reactor.o"}" ;;
  *libgcc*) echo "${runtime ? part : "libclang_rt.builtins-wasm32.a"}" ;;
  *) echo "${join(folder, "plugin.c")}:1:10: fatal error: 'stdio.h' file not found" >&2; exit 1 ;;
esac
`;
  await writeFile(join(tools, name), script);
  await chmod(join(tools, name), 0o755);
  process.env.PATH = tools;
  delete process.env.CC;
}

const build = async (compiler?: string) =>
  createCModuleBuilder({ cacheFolder: join(root, "cache"), compiler }).build(await readArtifact(folder));
const missing = (compiler?: string) => refused("TENON_TOOLCHAIN_MISSING", build(compiler));

test("a header of a C library that is not installed names the library, the run-time library and their packages", async () => {
  await fakeClang({});
  const { message, fix, subject } = await missing();
  const where = `${join(folder, "plugin.c")}:1`;
  expect(subject).toBe(where);
  expect(message).toBe(
    `${where}: cannot include <stdio.h>: clang (Debian clang version 14.0.6) is missing the headers and libraries of the ` +
      "C library for WebAssembly (wasi-libc) and the compiler run-time library for WebAssembly (compiler-rt)",
  );
  expect(fix.text).toContain("Debian: wasi-libc libclang-rt-14-dev-wasm32");
});

test("only what is missing is named", async () => {
  await fakeClang({ library: true });
  const first = await missing();
  expect(first.message).toMatch(/is missing the compiler run-time library for WebAssembly \(compiler-rt\)$/);
  expect(first.fix.text).toContain("(Debian: libclang-rt-14-dev-wasm32)");
  await fakeClang({ runtime: true });
  expect((await missing()).fix.text).toContain("(Debian: wasi-libc)");
});

test("headers that are missing although the library is there are named", async () => {
  await fakeClang({ library: true, runtime: true });
  const { message, fix } = await missing();
  expect(message).toContain("cannot include <stdio.h>");
  expect(fix.text).toContain("(Debian: wasi-libc)");
});

test("a header that is not the C library's is an error in the source", async () => {
  await fakeClang({});
  await writeFile(
    join(tools, "clang"),
    `#!/bin/sh\ncase "$*" in --version) echo clang version 14.0.6;; -print-targets) echo wasm32;; *wasm-ld*) echo "${tools}/part";; -*print-*) ;;\n*) echo "${folder}/plugin.c:1:10: fatal error: 'mine.h' file not found" >&2; exit 1;; esac\n`,
  );
  const { message } = await refused("TENON_SOURCE_INVALID", build());
  expect(message).toContain("plugin.c:1:10: 'mine.h' file not found");
});

test("a missing linker is named, with the package of the compiler's own version", async () => {
  await fakeClang({ linker: false });
  const { message, fix, subject } = await missing();
  expect(subject).toBe("clang");
  expect(message).toBe(
    "clang (Debian clang version 14.0.6) cannot make WebAssembly: missing the linker for WebAssembly (wasm-ld)",
  );
  expect(fix.text).toBe("Install lld (Debian: lld).");
  await fakeClang({ linker: false }, "clang-14");
  expect((await missing()).fix.text).toBe("Install lld (Debian: lld-14).");
});

test("a clang without the WebAssembly target is named", async () => {
  await fakeClang({ targets: "x86-64" });
  expect((await missing()).message).toBe("clang (Debian clang version 14.0.6) cannot target wasm32");
});

test("all packages are named if there is no compiler", async () => {
  await fakeClang({}, "unrelated");
  const { message, fix } = await missing();
  expect(message).toBe("no C compiler for WebAssembly found: neither clang nor zig is on PATH");
  expect(fix.text).toContain("(Debian: clang lld wasi-libc libclang-rt-dev-wasm32)");
});

test("the next build looks again for what was missing", async () => {
  await fakeClang({});
  await missing();
  const path = process.env.PATH;
  const before = tools;
  await fakeClang({ library: true });
  await writeFile(join(before, "clang"), `#!/bin/sh\nexec ${join(tools, "clang")} "$@"\n`);
  process.env.PATH = path;
  expect((await missing()).message).toMatch(/is missing the compiler run-time library/);
});

test("the fix is a command where the system's packages are known", async () => {
  const { packages, command } = await installationOf(["library", "runtime"], "clang-19", "Debian clang version 19.1.7");
  expect(packages).toEqual(["wasi-libc", "libclang-rt-19-dev-wasm32"]);
  // Other systems have other packages.
  if (command !== undefined)
    expect(command).toMatch(
      /^(?:sudo )?apt-get update && (?:sudo )?apt-get install -y wasi-libc libclang-rt-19-dev-wasm32$/,
    );
});
