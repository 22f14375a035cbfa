import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readWasm } from "../../binary/wasm/index.js";
import { inWorkFolder } from "../../build/index.js";
import { contractFromWit } from "../../contract/index.js";
import { readArtifact } from "../../runtime/read-artifact.js";
import { refused } from "../testing/refused.mjs";
import { cBindings } from "./bindings/index.js";
import { createCModuleBuilder } from "./builder.js";
import { compileC } from "./compile.js";
import { findCompiler } from "./compiler.js";
import { readSources } from "./sources.js";

const wit = `package demo:greeter@1.0.0;
world greeter {
  import log: func(line: string);
  export greet: func(name: string) -> string;
  @unstable(feature = optional)
  export extra: func() -> u32;
}
`;
const greeter = `#include "plugin.h"
TenonString plugin_greet(TenonString name) {
  host_log(name);
  return tenon_join(tenon_text("Hello, "), name);
}
`;

const compiler = await findCompiler(undefined).catch(() => undefined);
if (compiler === undefined) console.log("skipping the tests of the C builder that compile: there is no clang or zig");

let root: string;
let folder: string;
let count = 0;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tenon-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));
beforeEach(async () => {
  folder = join(root, `plugin${count++}`);
  await mkdir(folder);
  await writeFile(join(folder, "plugin.wit"), wit);
});

const write = (name: string, text: string) => writeFile(join(folder, name), text);
const builder = () => createCModuleBuilder({ cacheFolder: join(root, "cache") });
const build = async (made = builder()) => made.build(await readArtifact(folder));
const exportsOf = (bytes: Uint8Array) =>
  WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);

describe("recognise()", () => {
  test("accepts a folder with C source, and a C file", async () => {
    await write("plugin.c", greeter);
    expect(await builder().recognise(await readArtifact(folder))).toMatchObject({ description: "folder of C source" });
    const file = await readArtifact(join(folder, "plugin.c"));
    expect(await builder().recognise(file)).toMatchObject({ description: "C source file" });
  });

  test("rejects a .c file that is not text", async () => {
    await writeFile(join(folder, "picture.c"), Buffer.from("89504e470d0a1a0a0000", "hex"));
    expect(await builder().recognise(await readArtifact(join(folder, "picture.c")))).toBeUndefined();
  });

  test("rejects a folder whose entry is another file", async () => {
    await write("plugin.c", greeter);
    await write("index.js", "export const greet = () => '';");
    const artifact = await readArtifact(folder, { names: ["index.js"], sources: [] });
    expect(await builder().recognise(artifact)).toBeUndefined();
  });
});

test("source without a contract is refused", async () => {
  await rm(join(folder, "plugin.wit"));
  await write("plugin.c", greeter);
  await refused("TENON_SOURCE_CONTRACT", build());
});

test("a compiler that does not exist is named in the error", async () => {
  await write("plugin.c", greeter);
  const error = await refused("TENON_TOOLCHAIN_MISSING", build(createCModuleBuilder({ compiler: "no-such-clang" })));
  expect(error.message).toContain("no-such-clang");
});

test("a command that is not clang is rejected", async () => {
  await write("plugin.c", greeter);
  await refused("TENON_TOOLCHAIN_MISSING", build(createCModuleBuilder({ compiler: process.execPath })));
});

needs(missing.c()).describe("building", { timeout: 60_000 }, () => {
  test("keeps DWARF if asked, and the names of functions always", async () => {
    await write("plugin.c", greeter);
    const sectionsOf = async (debug: boolean) => {
      const { bytes } = await builder().build(await readArtifact(folder), { debug });
      return readWasm(bytes).sections.map(({ name }) => name);
    };
    expect(await sectionsOf(true)).toEqual(expect.arrayContaining([".debug_line", "name"]));
    const plain = await sectionsOf(false);
    expect(plain).toContain("name");
    expect(plain).not.toContain(".debug_line");
  });

  test("makes canonical exports, and adds the contract to the module", async () => {
    await write("plugin.c", greeter);
    const { bytes, contract, inputs, fingerprint } = await build();
    expect(exportsOf(bytes)).toEqual(expect.arrayContaining(["memory", "cabi_realloc", "greet", "cabi_post_greet"]));
    expect(exportsOf(bytes)).not.toContain("extra");
    const section = readWasm(bytes).customSection("tenon:contract");
    expect(contractFromWit(new TextDecoder().decode(section))).toEqual(contract);
    expect(inputs).toEqual([join(folder, "plugin.c"), join(folder, "plugin.wit")]);
    expect(fingerprint).toMatch(/^sha256:/);
  });

  test("exports an optional function that the plugin defines in a second file", async () => {
    await write("plugin.c", greeter);
    await mkdir(join(folder, "more"));
    await write("more/extra.c", '#include "plugin.h"\nuint32_t plugin_extra(void) { return 1; }\n');
    expect(exportsOf((await build()).bytes)).toContain("extra");
  });

  test("works without a C library", async () => {
    await write(
      "plugin.c",
      `${greeter}static void *kept;\nuint32_t plugin_extra(void) { kept = realloc(kept, 100000); return kept != 0; }\n`,
    );
    const artifact = await readArtifact(folder);
    const bindings = cBindings(artifact.manifest.contract!);
    const freestanding = { ...compiler!, hasLibrary: false };
    const sources = await readSources(artifact);
    const { bytes } = await inWorkFolder("tenon-c-", (work) =>
      compileC({ sources, bindings, compiler: freestanding, options: {}, work: { folder: work } }),
    );
    const module = new WebAssembly.Module(bytes);
    const lines: string[] = [];
    const { exports } = new WebAssembly.Instance(module, {
      $root: { log: (pointer: number, length: number) => lines.push(read(pointer, length)) },
      "tenon:guest/panic": {
        report: (pointer: number, length: number) => lines.push(`panic ${read(pointer, length)}`),
      },
    });
    const { memory, _initialize, cabi_realloc, greet, cabi_post_greet, extra } = exports as Record<string, any>;
    const read = (pointer: number, length: number) => Buffer.from(memory.buffer, pointer, length).toString();
    _initialize();
    const sizes = new Set<number>();
    for (let turn = 0; turn < 1000; turn++) {
      const length = 1 + ((turn * 977) % 60_000);
      const pointer = cabi_realloc(0, 0, 1, length) as number;
      Buffer.from(memory.buffer, pointer, length).fill(65 + (turn % 26));
      const answer = greet(pointer, length) as number;
      const [start, size] = new Uint32Array(memory.buffer, answer, 2);
      expect(read(start!, size!)).toBe(`Hello, ${String.fromCharCode(65 + (turn % 26)).repeat(length)}`);
      cabi_post_greet(answer);
      expect(extra()).toBe(1);
      if (turn > 500) sizes.add(memory.buffer.byteLength);
    }
    // Memory of calls is freed: it does not keep growing.
    expect(sizes.size).toBe(1);
    expect(lines).toHaveLength(1000);
  });

  test("shows errors with file, line and caret", async () => {
    await write(
      "plugin.c",
      '#include "plugin.h"\n\nTenonString plugin_greet(TenonString name) {\n\treturn nmae; // ü\n}\n',
    );
    const error = await refused("TENON_SOURCE_INVALID", build());
    expect(error.message).toMatch(
      /plugin\.c:4:9: use of undeclared identifier 'nmae'.*\n {2}\treturn nmae; \/\/ ü\n {2}\t {7}\^\n {2}note: .*plugin\.c:3:38: 'name' declared here/,
    );
    expect(error.findings).toHaveLength(1);
  });

  test("names a function of the contract that is not defined", async () => {
    await write("plugin.c", '#include "plugin.h"\n');
    const { message } = await refused("TENON_SOURCE_INVALID", build());
    expect(message).toContain(
      "plugin.c: missing function plugin_greet, which implements greet() of the contract: define it as TenonString plugin_greet(TenonString name)",
    );
  });

  test("names an undefined symbol and the file that uses it", async () => {
    await write("plugin.c", greeter.replace("{", "{\n  void elsewhere(void);\n  elsewhere();"));
    const { message } = await refused("TENON_SOURCE_INVALID", build());
    expect(message).toContain("plugin.c: elsewhere is used but not defined");
  });

  test("names a function that is defined twice", async () => {
    await write("plugin.c", greeter);
    await write("again.c", greeter);
    const { message } = await refused("TENON_SOURCE_INVALID", build());
    expect(message).toContain("plugin_greet is defined more than once");
  });

  test("ignores a copy of plugin.h next to the source", async () => {
    await write("plugin.c", greeter);
    await write("plugin.h", cBindings(contractFromWit(wit.replace("name: string", "name: u32"))).header);
    expect(exportsOf((await build()).bytes)).toContain("greet");
  });

  test("reuses a result with the same content, also in another builder", async () => {
    await write("plugin.c", `${greeter}// kept\n`);
    const first = await build();
    const second = await build();
    expect([first.cached, second.cached]).toEqual([false, true]);
    expect(new Uint8Array(second.bytes)).toEqual(new Uint8Array(first.bytes));
    await write("plugin.c", greeter.replace("Hello", "Good day"));
    const changed = await build();
    expect(changed.cached).toBe(false);
    expect(changed.fingerprint).not.toBe(first.fingerprint);
  });

  test("builds again when a header outside of the folder changes", async () => {
    const header = join(root, "shared.h");
    await writeFile(header, '#define GREETING "Hello, "\n');
    await write("plugin.c", `#include "../shared.h"\n${greeter.replace('"Hello, "', "GREETING")}`);
    const first = await build();
    expect(first.inputs.some((path) => path.endsWith("shared.h"))).toBe(true);
    expect((await build()).cached).toBe(true);
    await writeFile(header, '#define GREETING "Good day, "\n');
    expect((await build()).cached).toBe(false);
  });

  test("builds a one-file plugin again when a file that it includes from its folder changes", async () => {
    await write("part.c", '#define GREETING "Hello, "\n');
    await write("plugin.c", `#include "part.c"\n${greeter.replace('"Hello, "', "GREETING")}`);
    const one = async () => builder().build(await readArtifact(join(folder, "plugin.c")));
    expect((await one()).inputs).toContain(join(folder, "part.c"));
    await write("part.c", '#define GREETING "Good day, "\n');
    expect((await one()).cached).toBe(false);
  });

  test("does not use a damaged result in the cache", async () => {
    await write("plugin.c", `${greeter}// another\n`);
    const { fingerprint: _, bytes } = await build();
    const cache = join(root, "cache", "c");
    for (const name of await readdir(cache)) {
      const content = await readFile(join(cache, name));
      if (content.includes(Buffer.from(bytes))) await writeFile(join(cache, name), content.subarray(0, -100));
    }
    const again = await build();
    expect(again.cached).toBe(false);
    expect(new Uint8Array(again.bytes)).toEqual(new Uint8Array(bytes));
  });

  test("stops when it is cancelled", async () => {
    await write("plugin.c", `${greeter}// given up\n`);
    const artifact = await readArtifact(folder);
    await refused("TENON_LOAD_DEADLINE", builder().build(artifact, { signal: AbortSignal.abort() }));
  });
});
