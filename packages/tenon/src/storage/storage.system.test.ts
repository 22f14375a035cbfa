import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missing } from "@tenon/fixtures";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { contract, createHost, embeddedStorage, memoryStorage, type Plugin, type StorageProvider, t } from "tenon";
import { type LoadRequest, type StoragePort, storageOf } from "tenon/runtime";
import { fakeRuntime } from "tenon/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keeper, keeperSource } from "./fixtures/keeper.mjs";

let folder: string;
let plugin: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-storage-"));
  plugin = join(folder, "keeper.mjs");
  await writeFile(plugin, keeperSource());
});
afterAll(() => rm(folder, { recursive: true }));

let count = 0;
const fresh = () => join(folder, `data-${++count}`);
const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : Buffer.from(bytes).toString());
const bytes = (value: string) => new TextEncoder().encode(value);
const grants = { storage: true } as const;
const places = ["inline", "worker", "worker-pool", "process"] as const;

describe.each(places)("context.storage: %s", (place) => {
  test("stores, lists, removes, and keeps it for the next host", async () => {
    const storage = fresh();
    {
      await using host = createHost({ storage });
      const { exports } = await host.open(plugin, keeper, { place, grants });
      expect(await exports.get("a")).toBeUndefined();
      await exports.set("a", bytes("1"));
      await exports.set("b/ü", bytes(""));
      await exports.set("b/\u{1f600}", new Uint8Array(4 * 1024 * 1024).fill(7));
      await exports.set("c", bytes("x"));
      await exports.remove("c");
      await exports.remove("never");
      expect(await exports.keys("")).toEqual(["a", "b/ü", "b/\u{1f600}"]);
      expect(await exports.keys("b/")).toEqual(["b/ü", "b/\u{1f600}"]);
      expect(await exports.use()).toEqual([BigInt(4 * 1024 * 1024 + 12), 3]);
    }
    await using host = createHost({ storage });
    const { exports, grants: report } = await host.open(plugin, keeper, { place, grants });
    expect(text(await exports.get("a"))).toBe("1");
    expect(await exports.get("b/ü")).toEqual(new Uint8Array());
    expect((await exports.get("b/\u{1f600}"))?.every((byte) => byte === 7)).toBe(true);
    expect(await exports.use()).toEqual([BigInt(4 * 1024 * 1024 + 12), 3]);
    expect(report).toMatchObject({ given: { storage: true }, enforcedBy: { storage: "host" } });
  });

  test("a batch is made completely or not at all; increments at the same time all count", async () => {
    await using host = createHost({ storage: memoryStorage() });
    const { exports } = await host.open(plugin, keeper, { place, grants: { storage: { entries: 3, bytes: 100 } } });
    await exports.batch([
      ["a", bytes("1")],
      ["b", bytes("2")],
      ["a", undefined],
      ["c", bytes("3")],
    ]);
    expect(await exports.keys("")).toEqual(["b", "c"]);
    const full = await failureOf(
      exports.batch([
        ["b", bytes("changed")],
        ["d", bytes("")],
        ["e", bytes("")],
      ]),
    );
    expect(full.message).toContain("plugin keeper would store 4 entries; it may store 3");
    expect((await failureOf(exports.set("b", new Uint8Array(100)))).message).toContain("would store 103 bytes");
    expect(text(await exports.get("b"))).toBe("2");
    expect(await exports.compareAndSet("b", bytes("1"), bytes("x"))).toBe(false);
    expect(await exports.compareAndSet("b", bytes("2"), bytes("x"))).toBe(true);
    expect(await exports.compareAndSet("new", undefined, undefined)).toBe(true);
    expect(await exports.compareAndSet("b", undefined, bytes("y"))).toBe(false);
    const made = await Promise.all(Array.from({ length: 100 }, () => exports.increment("n")));
    expect([...made].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(await exports.use()).toEqual([BigInt(2 + 2 + 4), 3]);
  });

  test("what cannot be stored is refused with a code, and nothing else changes", async () => {
    await using host = createHost({ storage: memoryStorage() });
    const { exports } = await host.open(plugin, keeper, { place, grants });
    for (const key of ["", "k".repeat(1025), "ü".repeat(513)])
      expect((await failureOf(exports.set(key, bytes("1")))).message).toContain("storage: a key: expected");
    const large = await failureOf(exports.set("k", new Uint8Array(4 * 1024 * 1024 + 1)));
    expect(large.message).toContain('the value of "k": expected at most 4194304 bytes, found 4194305');
    const many = Array.from({ length: 1001 }, (_, index) => [`k${index}`, bytes("")] as const);
    expect((await failureOf(exports.batch(many as never))).message).toContain("a batch: expected at most 1000 changes");
    await exports.set("k".repeat(1024), bytes("1"));
    expect(await exports.use()).toEqual([1025n, 1]);
  });

  test("during a swap, the new instance sees what the old one has stored, and the old one what the new one has", async () => {
    const next = join(folder, `keeper-2-${place}.mjs`);
    await writeFile(next, keeperSource("2"));
    await using host = createHost({ storage: fresh() });
    const opened: Plugin<typeof keeper> = await host.open(plugin, keeper, { place, grants, limits: { drain: 60_000 } });
    let stored = 0;
    let stop = false;
    const writing = (async () => {
      while (!stop) {
        await opened.exports.set("n", bytes(String(stored + 1)));
        stored++;
        const seen = Number(text(await opened.exports.get("n")));
        if (seen < stored) throw new Error(`stored ${stored}, and then found ${seen}`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    await opened.swap(next);
    await opened.swap(plugin);
    stop = true;
    await writing;
    expect(Number(text(await opened.exports.get("n")))).toBe(stored);
    expect(stored).toBeGreaterThan(0);
  });

  test("without the grant, its use fails with a code, and there is no folder", async () => {
    await using host = createHost({ storage: memoryStorage() });
    const { exports } = await host.open(plugin, keeper, { place });
    const error = await failureOf(exports.get("a"));
    expect(error.message).toContain("used context.storage, which is not granted to it");
    expect(exports.folder.length).toBe(0);
    expect(await exports.folder()).toBeUndefined();
  });
});

describe("after a crash", () => {
  test.each(["worker", "process"] as const)("the restarted plugin has what was stored: %s", async (place) => {
    await using host = createHost({ storage: fresh() });
    const opened = await host.open(plugin, keeper, { place, grants });
    await opened.exports.set("a", bytes("1"));
    await failureOf(opened.exports.exit());
    expect(text(await opened.exports.get("a"))).toBe("1");
  });
});

describe("names", () => {
  test("plugins of different names never see each other's data", async () => {
    await using host = createHost({ storage: fresh() });
    const one = await host.open(plugin, keeper, { name: "one", grants });
    const two = await host.open(plugin, keeper, { name: "One", grants });
    await one.exports.set("a", bytes("1"));
    expect(await two.exports.keys("")).toEqual([]);
  });

  test("the instances of a pool share one; another plugin of the same name is refused, until it is closed", async () => {
    const other = join(folder, "other.mjs");
    await writeFile(other, keeperSource());
    await using host = createHost({ storage: fresh() });
    const pool = await host.pool(plugin, keeper, { name: "same", grants, instances: 3, place: "worker" });
    await Promise.all(Array.from({ length: 30 }, () => pool.exports.increment("n")));
    expect(text(await pool.exports.get("n"))).toBe("30");
    const error = await failureOf(host.open(other, keeper, { name: "same", grants }));
    expect(error.code).toBe("TENON_STORAGE_IN_USE");
    expect(error.message).toBe(
      `plugin same (${other}) has the same name as ${plugin}, which is open and has storage under that name`,
    );
    await pool.close();
    const renamed = await host.open(other, keeper, { name: "same", grants });
    expect(text(await renamed.exports.get("n"))).toBe("30");
  });
});

describe("the folder", () => {
  test.each(places)("is private, and kept for the next instance: %s", async (place) => {
    const storage = fresh();
    await using host = createHost({ storage });
    const refused = await failureOf(host.open(plugin, keeper, { place, grants: { storage: { folder: true } } }));
    expect(refused.message).toContain("nothing enforces grants.storage.folder");
    const opened = await host.open(plugin, keeper, {
      place,
      grants: { storage: { folder: true }, unenforced: "allow" },
    });
    const path = (await opened.exports.folder()) as string;
    expect(path.startsWith(storage)).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
    await writeFile(join(path, "file"), "1");
    await opened.swap();
    expect(await opened.exports.folder()).toBe(path);
    expect(await readFile(join(path, "file"), "utf8")).toBe("1");
  });

  test("a link in its place is refused", async () => {
    const storage = fresh();
    await using host = createHost({ storage });
    const withFolder = { storage: { folder: true }, unenforced: "allow" } as const;
    const first = await host.open(plugin, keeper, { grants: withFolder });
    const path = (await first.exports.folder()) as string;
    await first.close();
    await rm(path, { recursive: true });
    await symlink(folder, path);
    const error = await failureOf(host.open(plugin, keeper, { grants: withFolder }));
    expect(error.code).toBe("TENON_STORAGE_DAMAGED");
    expect(error.message).toContain(`${path}: expected a folder, found a link or a file`);
  });

  test("a host's own storage without folders is no reason to open without one", async () => {
    await using host = createHost({ storage: memoryStorage() });
    const granted = { storage: { folder: true }, unenforced: "allow" } as const;
    expect((await failureOf(host.open(plugin, keeper, { grants: granted }))).code).toBe("TENON_STORAGE_UNAVAILABLE");
  });
});

describe("where it lives", () => {
  test("a host's own storage gets the changes in order, one after the other", async () => {
    const entries = new Map<string, Uint8Array>();
    let writing = 0;
    const own: StorageProvider = {
      async open(name) {
        expect(name).toBe("keeper");
        return {
          get: async (key) => entries.get(key),
          keys: async () => [...entries.keys()].sort(),
          async write(changes) {
            expect(++writing).toBe(1);
            await new Promise((resolve) => setImmediate(resolve));
            for (const { key, value } of changes) {
              if (value === undefined) entries.delete(key);
              else entries.set(key, value);
            }
            writing--;
          },
          use: async () => ({ bytes: 0, entries: 0 }),
          close: async () => {},
        };
      },
    };
    await using host = createHost({ storage: own });
    const { exports } = await host.open(plugin, keeper, { grants, place: "process" });
    await Promise.all(Array.from({ length: 50 }, (_, index) => exports.set("a", bytes(String(index)))));
    expect(text(entries.get("a"))).toBe("49");
  });

  test("a runtime that is not Tenon's gets it if it says so, and the grant is refused if it does not", async () => {
    const own = contract("test:own@1.0.0", {
      exports: { next: t.func([], t.string, { async: true }) },
    });
    const implementation = ({ request }: { request: LoadRequest }) => ({
      async next() {
        const storage = storageOf(request.storage as StoragePort);
        await storage.update("n", (current) => `${text(current) ?? ""}x`);
        return (await storage.getText("n")) as string;
      },
    });
    const runtime = fakeRuntime({ one: { implementation } });
    await using host = createHost({ storage: memoryStorage(), runtimes: [{ ...runtime, stores: ["entries"] }] });
    const opened = await host.open("fake:one", own, { place: "inline", grants });
    expect([await opened.exports.next(), await opened.exports.next()]).toEqual(["x", "xx"]);
    await using other = createHost({ storage: memoryStorage(), runtimes: [runtime] });
    const error = await failureOf(other.open("fake:one", own, { place: "inline", grants }));
    expect(error.code).toBe("TENON_STORAGE_UNAVAILABLE");
    expect(error.message).toBe("plugin one is granted storage, and the fake runtime offers none");
    const { verdict, findings } = await other.check("fake:one", own, { place: "inline", grants });
    expect([verdict, findings.map(({ code }) => code)]).toEqual(["breaks", ["TENON_STORAGE_UNAVAILABLE"]]);
  });

  test("a plugin that starts with its first call opens its storage then, and has it again after its rest", async () => {
    const storage = fresh();
    await using host = createHost({ storage });
    const rested = new Promise<void>((resolve) => {
      host.on("rested", () => resolve());
    });
    const opened = await host.open(plugin, keeper, { place: "worker", grants, start: "first-call", idle: 1 });
    await expect(readdir(storage)).rejects.toThrow("ENOENT");
    await opened.exports.set("a", bytes("1"));
    await rested;
    expect(text(await opened.exports.get("a"))).toBe("1");
  });

  test("one that fails is a coded error, and the next change tries again", async () => {
    let fails = true;
    const own: StorageProvider = {
      open: async () => ({
        get: async () => undefined,
        keys: async () => [],
        async write() {
          if (fails) throw new Error("the line is down");
        },
        use: async () => ({ bytes: 0, entries: 0 }),
        close: async () => {},
      }),
    };
    await using host = createHost({ storage: own });
    const { exports } = await host.open(plugin, keeper, { grants });
    expect((await failureOf(exports.set("a", bytes("1")))).message).toContain("the line is down");
    fails = false;
    await exports.set("a", bytes("1"));
  });

  test("createHost refuses what is no storage", () => {
    expect(() => createHost({ storage: 5 as never })).toThrow(/storage: expected a folder/);
  });

  test("two hosts cannot use one plugin's data at the same time, in one process or two", async () => {
    const storage = fresh();
    await using host = createHost({ storage });
    await host.open(plugin, keeper, { grants });
    await using other = createHost({ storage });
    const error = await failureOf(other.open(plugin, keeper, { grants }));
    expect(error.code).toBe("TENON_STORAGE_IN_USE");
    await other.open(plugin, keeper, { grants, name: "another" });
  });

  test("the folder is private, and named after the plugin", async () => {
    const storage = fresh();
    await using host = createHost({ storage: embeddedStorage(storage, { sync: true }) });
    const opened = await host.open(plugin, keeper, { grants, name: "@scope/a plugin" });
    await opened.exports.set("a", bytes("1"));
    const [name = ""] = await readdir(storage);
    expect(name).toMatch(/^-scope-a-plugin-[0-9a-f]{16}$/);
    expect((await stat(join(storage, name))).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(join(storage, name, "plugin.json"), "utf8"))).toEqual({
      plugin: "@scope/a plugin",
    });
  });
});

needs(missing.sandbox()).test("in a sandbox, storage and the folder are reached, and nothing else is", async () => {
  const source = keeperSource()
    .replace("export const increment =", "const replaced =")
    .replace("export const remove =", "const alsoReplaced =");
  const path = join(folder, "sandboxed", "keeper.mjs");
  await mkdir(join(folder, "sandboxed"));
  await writeFile(
    path,
    `import { readdirSync, writeFileSync } from "node:fs";
${source}
export const increment = async (key) => {
  writeFileSync(context.folder + "/written", key);
  return readdirSync(context.folder).length;
};
export const remove = async (path) => writeFileSync(path, "");`,
  );
  const storage = fresh();
  await using host = createHost({ storage });
  const opened = await host.open(path, keeper, {
    place: "process",
    isolation: "sandboxed",
    grants: { storage: { folder: true } },
  });
  expect(opened.grants.enforcedBy["storage.folder"]).toBe("sandbox");
  expect(await opened.exports.increment("a")).toBe(1);
  await opened.exports.set("a", bytes("1"));
  expect(text(await opened.exports.get("a"))).toBe("1");
  // There, it writes to what only the sandbox sees.
  await opened.exports.remove(join(storage, "elsewhere")).catch(() => {});
  expect(await readdir(storage)).toHaveLength(1);
});
