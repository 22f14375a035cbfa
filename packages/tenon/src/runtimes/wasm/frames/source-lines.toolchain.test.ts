import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCModuleBuilder } from "../../../builders/c/index.js";
import type { TenonError } from "../../../errors/index.js";
import { createHost } from "../../../presets/index.js";
import { readArtifact } from "../../../runtime/read-artifact.js";
import { nameModule } from "../modules/module-name.js";
import { noteDebugModule } from "./debug-modules.js";
import { guestFrames } from "./guest-frames.js";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "tenon-test-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const wit = `package demo:fails@1.0.0;
world fails {
  export run: func(number: u32) -> u32;
}
`;

needs(missing.c()).describe("C", { timeout: 60_000 }, () => {
  const source = `#include "plugin.h"
#include "shared.h"
static uint32_t divide(uint32_t by) {
  return 100 / by;
}
uint32_t plugin_run(uint32_t number) {
  if (number == 1) return from_header(number);
  if (number == 2) tenon_panic(tenon_text("on purpose"));
  return divide(number);
}
`;
  const header = `static inline uint32_t from_header(uint32_t number) {
  if (number == 1) __builtin_trap();
  return number;
}
`;

  test("inlined functions have their own frames, with file, line and column", async () => {
    const folder = join(root, "c");
    await mkdir(folder);
    await writeFile(join(folder, "plugin.wit"), wit);
    await writeFile(join(folder, "plugin.c"), source);
    await writeFile(join(folder, "shared.h"), header);
    const builder = createCModuleBuilder({ cacheFolder: join(root, "cache") });
    const { bytes } = await builder.build(await readArtifact(folder), { debug: true });
    const file = join(root, "c.wasm");
    await writeFile(file, bytes);
    const host = createHost();
    const failure = async (number: number, limits = {}): Promise<string[] | undefined> => {
      const plugin = await host.open(file, undefined, { fresh: true, limits });
      const run = plugin.exports.run as (number: number) => Promise<unknown>;
      const error: TenonError = await run(number).then(
        () => expect.unreachable(),
        (thrown) => thrown,
      );
      return error.pluginStack?.split("\n").slice(0, 2);
    };
    const expected = ["at divide (plugin.c:4:14)", "at plugin_run (plugin.c:9:10)"];
    expect(await failure(0)).toEqual(expected);
    expect(await failure(1)).toEqual(["at from_header (shared.h:2:20)", "at plugin_run (plugin.c:7:27)"]);
    // A panic that the plugin reports itself, without a stack.
    expect((await failure(2))?.[0]).toBe("at plugin_run (plugin.c:8:20)");
    // A limit moves the code in the module.
    expect(await failure(0, { memory: 64 * 1024 * 1024 })).toEqual(expected);
    await host.close();
  });
});

needs(missing.c()).test(
  "what C prints before it aborts is part of the error, if the call itself printed it",
  async () => {
    const source = `#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include "plugin.h"
uint32_t plugin_run(uint32_t number) {
  if (number == 1) assert(number > 1);
  if (number == 2 || number == 3) fprintf(stderr, "log\\nfatal: no %s\\n", "input");
  if (number == 2 || number == 4) abort();
  return number;
}
`;
    const folder = join(root, "aborts");
    await mkdir(folder);
    await writeFile(join(folder, "plugin.wit"), wit);
    await writeFile(join(folder, "plugin.c"), source);
    const builder = createCModuleBuilder({ cacheFolder: join(root, "cache") });
    const file = join(root, "aborts.wasm");
    await writeFile(file, (await builder.build(await readArtifact(folder))).bytes);
    const host = createHost();
    const why = async (...numbers: readonly number[]): Promise<string> => {
      const plugin = await host.open(file, undefined, { fresh: true });
      const run = plugin.exports.run as (number: number) => Promise<unknown>;
      // Without a pause between the calls.
      const results = await Promise.allSettled(numbers.map((number) => run(number)));
      const last = results.at(-1)!;
      return last.status === "rejected" ? last.reason.message.replace(/^.*?: run\(\) /, "") : "";
    };
    expect(await why(1)).toBe("trapped: Assertion failed: number > 1 (./plugin.c: plugin_run: 6)");
    expect(await why(2)).toBe("aborted after printing: fatal: no input");
    expect(await why(4)).toBe("trapped: unreachable");
    expect(await why(3, 4)).toBe("trapped: unreachable");
    await host.close();
  },
  60_000,
);

needs(missing.rust("wasm32-unknown-unknown")).describe("Rust", { timeout: 60_000 }, () => {
  const source = `#[inline(always)]
fn first(list: &[u32]) -> u32 {
    *list.iter().max().unwrap()
}

#[inline(never)]
fn halves(number: u32) -> u32 {
    let list: Vec<u32> = (0..number).collect();
    first(&list)
}

#[no_mangle]
pub extern "C" fn run(number: u32) -> u32 {
    halves(number) + 1
}
`;

  test.each([
    { flags: ["-g"], inlined: "halves::first" },
    { flags: ["-g", "-C", "dwarf-version=5"], inlined: "halves::first" },
    // Without the names for the linker.
    { flags: ["-C", "debuginfo=line-tables-only"], inlined: "first" },
  ])("a panic shows the author's functions first, inlined ones as well: $flags", async ({ flags, inlined }) => {
    const folder = await mkdtemp(join(root, "rust-"));
    await writeFile(join(folder, "lib.rs"), source);
    const words = ["--target", "wasm32-unknown-unknown", "--crate-type", "cdylib", "-O", "--crate-name", "halves"];
    execFileSync("rustc", [...words, "-C", "panic=abort", ...flags, "-o", "lib.wasm", "lib.rs"], { cwd: folder });
    const module = new WebAssembly.Module(nameModule(await readFile(join(folder, "lib.wasm")), "lib.wasm"));
    noteDebugModule(module);
    const { run } = new WebAssembly.Instance(module).exports as { run(number: number): number };
    expect(run(3)).toBe(3);
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 32;
    let stack: string | undefined;
    try {
      run(0);
    } catch (thrown) {
      stack = (thrown as Error).stack;
    } finally {
      Error.stackTraceLimit = limit;
    }
    const file = join(folder, "lib.rs");
    expect(guestFrames(stack)?.split("\n")).toEqual([
      `at ${inlined} (${file}:3:24)`,
      `at halves::halves (${file}:9:5)`,
      `at run (${file}:14:5)`,
    ]);
  });
});
