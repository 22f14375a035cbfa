import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createTypeScriptBuilder } from "../builders/typescript/index.js";
import { ModuleStore } from "./module-store.js";
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

describe("a store of modules", () => {
  test("writes files for their owner only, and returns what it wrote", async () => {
    const store = new ModuleStore(fresh(), "c");
    await store.write("plain", "text");
    await store.writeChecked("checked", new Uint8Array([1, 2, 3]));
    expect([modeOf(store.folder), modeOf(store.path("plain")), modeOf(store.path("checked"))]).toEqual([
      "700",
      "600",
      "600",
    ]);
    expect(await store.readChecked("checked")).toEqual(Buffer.from([1, 2, 3]));
  });

  test("does not return checked content that was changed or cut short", async () => {
    const store = new ModuleStore(fresh(), "c");
    await store.writeChecked("checked", new Uint8Array([1, 2, 3]));
    const bytes = (await store.read("checked")) as Uint8Array;
    for (const damaged of [
      bytes.subarray(1),
      bytes.subarray(0, 10),
      new Uint8Array(),
      Buffer.from(bytes).fill(9, 0, 1),
    ]) {
      writeFileSync(store.path("checked"), damaged);
      expect(await store.readChecked("checked")).toBeUndefined();
    }
  });

  test.each(["root", "language"])("is refused if others may write to it: the folder of the %s", async (which) => {
    const root = fresh();
    mkdirSync(join(root, "c"), { recursive: true, mode: 0o700 });
    chmodSync(which === "root" ? root : join(root, "c"), 0o777);
    const store = new ModuleStore(root, "c");
    await expect(store.read("x")).rejects.toMatchObject({ code: "TENON_CACHE_UNSAFE" });
    await expect(store.write("x", "")).rejects.toMatchObject({ code: "TENON_CACHE_UNSAFE" });
    chmodSync(root, 0o700);
    chmodSync(join(root, "c"), 0o700);
    expect(await store.read("x")).toBeUndefined();
  });
});

test("scripts are neither read from nor written to a cache that others may write to", async () => {
  const plugin = join(made(0o700), "p.js");
  writeFileSync(plugin, "exports.a = 1;");
  const cacheFolder = made(0o777);
  await expect(createTypeScriptBuilder({ cacheFolder })(plugin)).rejects.toMatchObject(unsafe(cacheFolder));
  expect(readdirSync(cacheFolder)).toEqual([]);
  chmodSync(cacheFolder, 0o700);
  await createTypeScriptBuilder({ cacheFolder })(plugin);
  expect(readdirSync(cacheFolder).map((name) => modeOf(join(cacheFolder, name)))).toEqual(["600"]);
});
