import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fileBuilder } from "../builders/testing/build-file.mjs";
import { makePrivateFolder } from "./private-folder.js";

const folder = mkdtempSync(join(tmpdir(), "tenon-private-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const fresh = () => join(folder, String(++count));

function made(mode: number): string {
  const path = fresh();
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const unsafe = (why: string) => ({ code: "TENON_CACHE_UNSAFE", message: expect.stringContaining(why) });

describe("makePrivateFolder()", () => {
  test("makes a folder for its owner only", async () => {
    const path = join(fresh(), "deep");
    expect(await makePrivateFolder(path)).toBe(true);
    expect(modeOf(path)).toBe("700");
  });

  test.each([0o700, 0o755])("accepts a folder with mode %o", async (mode) => {
    expect(await makePrivateFolder(made(mode))).toBe(true);
  });

  test.each([0o777, 0o770, 0o702, 0o1777])("refuses a folder with mode %o", async (mode) => {
    await expect(makePrivateFolder(made(mode))).rejects.toMatchObject(unsafe("can be written by other users"));
  });

  test("refuses a folder inside one that everybody may write to", async () => {
    const path = made(0o777);
    await expect(makePrivateFolder(join(path, "cache"))).rejects.toMatchObject(unsafe(`${path} can be written`));
  });

  test.skipIf(process.geteuid?.() !== 0)("refuses a folder of another user", async () => {
    const path = made(0o700);
    chownSync(path, 12345, 12345);
    await expect(makePrivateFolder(path)).rejects.toMatchObject(unsafe("is owned by another user"));
  });

  test("returns false if the folder cannot be made", async () => {
    const file = fresh();
    writeFileSync(file, "");
    expect(await makePrivateFolder(join(file, "cache"))).toBe(false);
  });
});

test("scripts are neither read from nor written to a cache that others may write to", async () => {
  const plugin = join(made(0o700), "p.js");
  writeFileSync(plugin, "exports.a = 1;");
  const cacheFolder = made(0o777);
  await expect(fileBuilder({ cacheFolder })(plugin)).rejects.toMatchObject(unsafe(cacheFolder));
  expect(readdirSync(cacheFolder)).toEqual([]);
  chmodSync(cacheFolder, 0o700);
  await fileBuilder({ cacheFolder })(plugin);
  const area = join(cacheFolder, "typescript");
  expect([area, ...readdirSync(area).map((name) => join(area, name))].map(modeOf)).toEqual(["700", "600"]);
});
