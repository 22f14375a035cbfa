import { execFile } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { embeddedStorage } from "./embedded.js";
import { PluginStore } from "./plugin-store.js";

const run = promisify(execFile);
let folder: string;
let count = 0;
const fresh = () => join(folder, `data-${++count}`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-damage-"));
});
afterAll(() => rm(folder, { recursive: true }));

const most = { bytes: 1e9, entries: 1e7 };
async function open(root: string): Promise<PluginStore> {
  const store = await embeddedStorage(root).open("keeper");
  try {
    return new PluginStore("keeper", store, await store.use(), most);
  } catch (thrown) {
    await store.abandon?.();
    throw thrown;
  }
}

const value = (index: number) => Buffer.from(`value ${index} `.repeat(10));
const entries = 500;

/** Fills a store, and leaves it as a killed process would, or closes it. */
async function filled(root: string, closes: boolean): Promise<string> {
  const store = await open(root);
  for (let index = 0; index < entries; index++) await store.write([{ key: `k${index}`, value: value(index) }], []);
  const [home = ""] = await readdir(root);
  const kept = `${root}-kept`;
  if (!closes) await cp(root, kept, { recursive: true });
  await store.close();
  return join(closes ? root : kept, home);
}

/** Reads everything. Resolves with what went wrong, or with how many entries are there. */
async function readAll(root: string): Promise<string | number> {
  let store: PluginStore;
  try {
    store = await open(root);
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
  try {
    let found = 0;
    for (let after: string | undefined; ; ) {
      const page = await store.keys({ prefix: "", after, limit: 1000 });
      for (const key of page) {
        const stored = await store.get(key);
        expect(stored && Buffer.from(stored)).toEqual(value(Number(key.slice(1))));
        found++;
      }
      after = page.at(-1);
      if (page.length < 1000) return found;
    }
  } catch (thrown) {
    if ((thrown as { code?: string }).code === undefined) throw thrown;
    return (thrown as { code: string }).code;
  } finally {
    await store.close();
  }
}

const rootOf = (home: string) => join(home, "..");
const found = async (home: string, end: string) => {
  const names = (await readdir(join(home, "store"))).filter((name) => name.endsWith(end));
  return join(home, "store", names.sort().at(-1) as string);
};

describe.each([
  ["closed", true],
  ["left by a killed process", false],
] as const)("a store that was %s", (_, closes) => {
  test("is there as it was", async () => {
    expect(await readAll(rootOf(await filled(fresh(), closes)))).toBe(entries);
  });

  test.each([".log", "CURRENT"])("is damaged without its %s, and never empty", async (end) => {
    const home = await filled(fresh(), closes);
    await rm(await found(home, end));
    expect(await readAll(rootOf(home))).toBe("TENON_STORAGE_DAMAGED");
  });

  test("is damaged without its folder, and never empty", async () => {
    const home = await filled(fresh(), closes);
    await rm(join(home, "store"), { recursive: true });
    expect(await readAll(rootOf(home))).toBe("TENON_STORAGE_DAMAGED");
  });

  test("with a changed byte anywhere, it says so, or has everything", async () => {
    const home = await filled(fresh(), closes);
    const log = await found(home, ".log");
    const whole = await readFile(log);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const copy = fresh();
        await cp(rootOf(home), copy, { recursive: true });
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] as number) ^ flip;
        await writeFile(log.replace(rootOf(home), copy), changed);
        const result = await readAll(copy);
        await rm(copy, { recursive: true });
        // A record whose length was changed may seem to be cut off, as the last one of a killed process is.
        if (result !== entries && !isCut(whole, at)) expect(result).toBe("TENON_STORAGE_DAMAGED");
      }),
      { numRuns: 40 },
    );
  });
});

/** Whether the byte is the length of a record. */
function isCut(log: Buffer, at: number): boolean {
  for (let start = 0; start + 7 <= log.length; ) {
    const left = 32768 - (start % 32768);
    if (left < 7) {
      start += left;
      continue;
    }
    if (at === start + 4 || at === start + 5) return true;
    start += 7 + log.readUInt16LE(start + 4);
  }
  return false;
}

test("a store that was closed is damaged if its log ends early", async () => {
  const home = await filled(fresh(), true);
  const log = await found(home, ".log");
  await truncate(log, (await readFile(log)).length - 5);
  expect(await readAll(rootOf(home))).toBe("TENON_STORAGE_DAMAGED");
});

test("a changed byte in a table is found, by its checksum or that of a value", async () => {
  const home = await filled(fresh(), false);
  await readAll(rootOf(home));
  const table = await found(home, ".ldb");
  const whole = await readFile(table);
  let damaged = 0;
  for (let at = 100; at < whole.length - 100; at += Math.floor(whole.length / 20)) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] as number) ^ 0xff;
    await writeFile(table, changed);
    const result = await readAll(rootOf(home));
    if (result === "TENON_STORAGE_DAMAGED") damaged++;
    else expect(result).toBe(entries);
  }
  expect(damaged).toBeGreaterThan(0);
  await writeFile(table, whole);
  await rm(table);
  expect(await readAll(rootOf(home))).toBe("TENON_STORAGE_DAMAGED");
});

test("the error names the file and the fix, which keeps what can be read", async () => {
  const home = await filled(fresh(), false);
  const log = await found(home, ".log");
  const changed = await readFile(log);
  changed[40_000] = (changed[40_000] as number) ^ 1;
  await writeFile(log, changed);
  const error = await open(rootOf(home)).then(
    () => undefined,
    (thrown) => thrown,
  );
  expect(error.code).toBe("TENON_STORAGE_DAMAGED");
  expect(error.message).toMatch(
    /^what plugin keeper stores is damaged: .*\.log: what is at byte \d+ is not what was written$/,
  );
  expect(error.fix.command).toBe(`npx tenon storage repair keeper --storage ${rootOf(home)}`);
  const { stdout } = await run("sh", ["-c", error.fix.command]);
  expect(stdout).toMatch(/^Kept \d+ entries of keeper, and removed 1 damaged ones\.$/m);
  const left = await readAll(rootOf(home));
  expect(left).toBeGreaterThan(100);
  expect(left).toBeLessThan(entries);
});

test("another process that has it open is an error, and its data stays as it is", async () => {
  const root = fresh();
  const store = await open(root);
  await store.write([{ key: "k1", value: value(1) }], []);
  const source = `import { embeddedStorage } from "tenon";
    await embeddedStorage(${JSON.stringify(root)}).open("keeper").then(() => console.log("open"), (error) => console.log(error.code));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", source]);
  expect(stdout.trim()).toBe("TENON_STORAGE_IN_USE");
  await store.close();
  expect(await readAll(root)).toBe(1);
});

test("without the library, the error says how to install it", async () => {
  // A copy of the package where nothing else is installed.
  const copy = join(folder, "copy");
  await cp(fileURLToPath(new URL("../../bundle", import.meta.url)), copy, { recursive: true });
  await writeFile(join(copy, "package.json"), '{ "type": "module" }');
  const source = `import { embeddedStorage } from ${JSON.stringify(join(copy, "index.js"))};
    await embeddedStorage(${JSON.stringify(fresh())}).open("keeper").catch((error) => console.log(error.code + ": " + error.fix.command));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", source]);
  expect(stdout.trim()).toBe("TENON_STORAGE_UNAVAILABLE: npm install classic-level");
});

test("a file where the folder should be is an error that names it", async () => {
  const root = fresh();
  await writeFile(root, "");
  expect(await readAll(root)).toBe("TENON_STORAGE_FAILED");
});
