import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createHost, type Host } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseText } from "./text-format.js";

const imports = `
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $words (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)`;

/** Writes the vector at 0 to a descriptor, and leaves the error number. */
const written = (to: number) => `(call $write (i32.const ${to}) (i32.const 0) (i32.const 1) (i32.const 12))`;

const programs = {
  /** Copies its input to its output. Exits with 3 if that is no longer read. */
  copy: `(module ${imports} (func (export "_start") (loop $again
    (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 65536))
    (if (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)) (then (call $exit (i32.const 2))))
    (if (i32.eqz (i32.load (i32.const 8))) (then (return)))
    (i32.store (i32.const 4) (i32.load (i32.const 8)))
    (if ${written(1)} (then (call $exit (i32.const 3))))
    (br $again))))`,
  /** Prints bytes to both outputs, and its arguments, each followed by a zero; exits with 7. */
  print: `(module ${imports} (data (i32.const 64) "out\\ff") (data (i32.const 80) "err\\fe") (func (export "_start")
    (i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 4)) (drop ${written(1)})
    (i32.store (i32.const 0) (i32.const 80)) (drop ${written(2)})
    (drop (call $sizes (i32.const 16) (i32.const 20))) (drop (call $words (i32.const 2048) (i32.const 1024)))
    (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.load (i32.const 20))) (drop ${written(1)})
    (call $exit (i32.const 7))))`,
  trap: `(module ${imports} (func (export "_start") unreachable))`,
  /** Writes in an infinite loop. Exits with 3 if its output is no longer read. */
  flood: `(module ${imports} (func (export "_start") (i32.store (i32.const 4) (i32.const 65536))
    (loop $again (br_if $again (i32.eqz ${written(1)})) (call $exit (i32.const 3)))))`,
  sleep: `(module ${imports} (func (export "_start") (loop $again
    (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 1))
    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))) (br $again))))`,
};

let folder = "";
let host: Host;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-test-"));
  host = createHost();
  for (const [name, text] of Object.entries(programs))
    await writeFile(join(folder, `${name}.wasm`), await parseText(text, name));
}, 600_000);
afterAll(async () => {
  await host?.close();
  await rm(folder, { recursive: true, force: true });
});

async function* pieces(...given: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* given;
}
const never: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({
    next: () => new Promise(() => {}),
    return: async () => ({ done: true, value: undefined }),
  }),
};

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe.each(["inline", "worker", "process"] as const)("a command in %s", (place) => {
  // What a test does not read is not waited for.
  const open = async (name: keyof typeof programs): Promise<any> =>
    host.open(join(folder, `${name}.wasm`), undefined, { place, limits: { drain: 100 } });
  const start = async (name: keyof typeof programs, words: string[], stdin: AsyncIterable<Uint8Array>) =>
    (await open(name)).exports.program.start(words, stdin);

  test("passes bytes through unchanged, beyond any limit for lines", async () => {
    const given = Buffer.alloc(3_000_000, Uint8Array.of(0, 255, 13, 10, 128, 1, 2));
    const { stdout, stderr, exitCode } = await start("copy", [], pieces(given.subarray(0, 7), given.subarray(7)));
    expect((await collect(stdout)).equals(given)).toBe(true);
    expect((await collect(stderr)).length).toBe(0);
    expect(await exitCode).toBe(0);
  });

  test("takes arguments, and gives its exit code and both outputs", async () => {
    const { stdout, stderr, exitCode } = await start("print", ["-v", "a b"], never);
    expect((await collect(stdout)).toString("latin1")).toBe("out\xffprint.wasm\0-v\0a b\0");
    expect((await collect(stderr)).toString("latin1")).toBe("err\xfe");
    expect(await exitCode).toBe(7);
  });

  test("reads its input only when it asks for it", async () => {
    let reads = 0;
    const counted = {
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: ++reads > 0, value: new Uint8Array() }) }),
    };
    await (await start("print", [], counted as AsyncIterable<Uint8Array>)).exitCode;
    expect(reads).toBe(0);
  });

  test("gets the error of a broken pipe if its output is no longer read", async () => {
    const { stdout, exitCode } = await start("flood", [], never);
    for await (const chunk of stdout) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(await exitCode).toBe(3);
  });

  test("rejects its exit code if it traps", async () => {
    const { stdout, exitCode } = await start("trap", [], never);
    await expect(exitCode).rejects.toMatchObject({ message: expect.stringContaining("run() trapped: unreachable") });
    expect((await collect(stdout)).length).toBe(0);
  });

  test("ends with its plugin", async () => {
    const plugin = await open("sleep");
    const { exitCode } = await plugin.exports.program.start([], never);
    const ended = expect(exitCode).rejects.toThrowError();
    await plugin.close();
    await ended;
  });

  test("can run several times at the same time", async () => {
    const plugin = await open("copy");
    const texts = ["one", "two", "three"];
    const runs = texts.map(async (text) => {
      const { stdout } = await plugin.exports.program.start([], pieces(Buffer.from(text)));
      return (await collect(stdout)).toString();
    });
    expect(await Promise.all(runs)).toEqual(texts);
  });
});

describe("tenon run", () => {
  const main = fileURLToPath(new URL("../../tenon/bundle/cli/main.js", import.meta.url));

  async function tenon(words: readonly string[], input: Uint8Array | undefined = undefined) {
    const child = spawn(process.execPath, [main, "run", ...words], { cwd: folder });
    if (input !== undefined) child.stdin.end(input);
    const code = new Promise((resolve) => child.on("close", resolve));
    const [stdout, stderr] = await Promise.all([collect(child.stdout), collect(child.stderr)]);
    return { code: await code, stdout: stdout.toString("latin1"), stderr: stderr.toString("latin1") };
  }

  test("runs a command as the program that it is", async () => {
    expect(await tenon(["print.wasm", "--", "--flag", "run"])).toEqual({
      code: 7,
      stdout: "out\xffprint.wasm\0--flag\0run\0",
      stderr: "err\xfe",
    });
    expect(await tenon(["print.wasm"])).toMatchObject({ code: 7, stdout: "out\xffprint.wasm\0" });
    expect(await tenon(["print.wasm", "run", "x"])).toMatchObject({ code: 7, stdout: "out\xffprint.wasm\0x\0" });
  });

  test("passes standard input through", async () => {
    expect(await tenon(["copy.wasm", "--"], Uint8Array.of(0, 255, 10, 65))).toEqual({
      code: 0,
      stdout: "\0\xff\nA",
      stderr: "",
    });
    expect(await tenon(["copy.wasm", "--input", "text"])).toMatchObject({ code: 0, stdout: "text" });
  });

  test("does not wait for input that the command does not read", async () => {
    expect(await tenon(["print.wasm"])).toMatchObject({ code: 7 });
  });

  test("says how to pass arguments, and why a program failed", async () => {
    expect(await tenon(["print.wasm", "file.txt"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("tenon run print.wasm -- file.txt"),
    });
    expect(await tenon(["trap.wasm"])).toMatchObject({ code: 1, stderr: expect.stringContaining("TENON_WASM_TRAP") });
    expect(await tenon(["sleep.wasm", "--deadline", "300"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("TENON_CALL_DEADLINE"),
    });
  });
});
