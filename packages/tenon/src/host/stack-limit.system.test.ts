import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, t } from "tenon";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { list, module, name, section } from "../binary/testing/assembler.mjs";

const i32 = 0x7f;
/** Calls itself `times` times, and counts. */
const body = [0x20, 0, 0x45, 0x04, i32, 0x41, 0, 0x05, 0x20, 0, 0x41, 1, 0x6b, 0x10, 0, 0x41, 1, 0x6a, 0x0b];
const bytes = module(
  section(1, list([0x60, ...list([i32]), ...list([i32])])),
  section(3, list([0])),
  section(7, list([...name("down"), 0, 0])),
  section(10, list([body.length + 2, 0, ...body, 0x0b])),
);
const deep = contract("test:deep@1.0.0", { exports: { down: t.func([["times", t.u32]], t.u32) } });
const mebibyte = 2 ** 20;
/** Too deep for one mebibyte, but not for four. */
const times = 40_000;

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-stack-"));
  file = join(folder, "deep.wasm");
  await writeFile(file, bytes);
  await writeFile(
    join(folder, "deep.wit"),
    "package test:deep@1.0.0;\nworld deep { export down: func(times: u32) -> u32; }\n",
  );
});
afterAll(() => rm(folder, { recursive: true }));

describe.each(["worker", "worker-pool", "process"] as const)("limits.stack limits how deep calls nest: %s", (place) => {
  test("a small stack overflows where a large one does not", async () => {
    await using host = createHost();
    const supervision = { backoff: { first: 1 } };
    const small = await host.open(file, deep, { place, supervision, limits: { stack: mebibyte } });
    await expect(small.exports.down(times)).rejects.toMatchObject({ code: "TENON_WASM_STACK" });
    expect(await small.exports.down(10)).toBe(10);
    const large = await host.open(file, deep, { place, limits: { stack: 4 * mebibyte } });
    expect(await large.exports.down(times)).toBe(times);
  });
});

test("a stack larger than every system provides is refused for a process, and works in a worker", async () => {
  await using host = createHost();
  const open = (place: "worker" | "process") => host.open(file, deep, { place, limits: { stack: 64 * mebibyte } });
  await expect(open("process")).rejects.toMatchObject({ code: "TENON_OPTION_INVALID" });
  expect(await (await open("worker")).exports.down(1_000_000)).toBe(1_000_000);
});

test.each([1000, -1, 2 ** 31, "4"])("a stack size that no thread can have is refused: %s", async (stack) => {
  await using host = createHost();
  await expect(host.open(file, deep, { limits: { stack: stack as number } })).rejects.toMatchObject({
    code: "TENON_OPTION_INVALID",
    message: expect.stringContaining("limits.stack"),
  });
});
