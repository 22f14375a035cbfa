import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { missing } from "@tenon/fixtures";
import { failureOf, needs } from "@tenon/fixtures/tests";
import { contract, createHost, memoryStorage, t } from "tenon";
import { afterAll, beforeAll, expect } from "vitest";

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-guests-"));
});
afterAll(() => rm(folder, { recursive: true }));

const visits = contract("test:visits@1.0.0", {
  exports: { visit: t.func([["name", t.string]], t.result(t.u32, t.string)) },
});
const guest = (name: string) => new URL(`fixtures/guests/${name}`, import.meta.url);
const grants = { storage: { folder: true } } as const;

for (const [language, needed] of [
  ["go", missing.go()],
  ["c", missing.c()],
] as const) {
  needs(needed).test.each(["inline", "worker", "process"] as const)(
    `a guest in ${language} finds its folder as /data, across swaps and hosts: %s`,
    { timeout: 240_000 },
    async (place) => {
      const storage = join(folder, `${language}-${place}`);
      for (const before of [0, 2]) {
        await using host = createHost({ storage });
        const plugin = await host.open(guest(language), visits, { place, grants, limits: { load: 60_000 } });
        expect(await plugin.exports.visit("Ada")).toBe(before + 1);
        await plugin.swap();
        expect(await plugin.exports.visit("Bob")).toBe(before + 2);
        expect(plugin.grants.enforcedBy["storage.folder"]).toBe("runtime");
      }
      const [name = ""] = await readdir(storage);
      expect(await readFile(join(storage, name, "files", "visits"), "utf8")).toBe("Ada\nBob\nAda\nBob\n");
    },
  );

  needs(needed).test(
    `a guest in ${language} reaches nothing through a link out of its folder, and nothing without the grant`,
    { timeout: 240_000 },
    async () => {
      const storage = join(folder, `${language}-link`);
      await using host = createHost({ storage });
      const plugin = await host.open(guest(language), visits, { grants, limits: { load: 60_000 } });
      expect(await plugin.exports.visit("Ada")).toBe(1);
      const files = join(storage, (await readdir(storage))[0] as string, "files");
      await rm(join(files, "visits"));
      await symlink(join(folder, "outside"), join(files, "visits"));
      expect((await failureOf(plugin.exports.visit("Ada"))).code).toBe("TENON_CALL_RESULT");
      expect(await readdir(folder)).not.toContain("outside");
      const without = await host.open(guest(language), visits, { fresh: true, limits: { load: 60_000 } });
      expect((await failureOf(without.exports.visit("Ada"))).code).toBe("TENON_CALL_RESULT");
    },
  );
}

needs(missing.go()).test("a guest that would not reach what is granted is refused", { timeout: 240_000 }, async () => {
  await using host = createHost({ storage: memoryStorage() });
  const entries = await failureOf(host.open(guest("go"), visits, { grants: { storage: true } }));
  expect(entries.code).toBe("TENON_STORAGE_UNAVAILABLE");
  expect(entries.message).toBe("plugin go is granted storage, and the wasm runtime offers a folder of it only");
  await using other = createHost({ storage: join(folder, "twice") });
  const twice = await failureOf(
    other.open(guest("go"), visits, { grants: { ...grants, folders: { "/data/": folder } } }),
  );
  expect(twice.message).toContain("the plugin's own folder is there, because grants.storage.folder is given");
});

needs(missing.rust("wasm32-wasip1")).test(
  "a program in Rust finds its folder as /data",
  { timeout: 240_000 },
  async () => {
    const program = join(folder, "visits.wasm");
    await run("rustc", ["--target", "wasm32-wasip1", "-O", "-o", program, fileURLToPath(guest("visits.rs"))]);
    for (const count of [1, 2]) {
      await using host = createHost({ storage: join(folder, "rust") });
      let printed = "";
      host.on("log", ({ line }) => (printed += line.text));
      const plugin = await host.open(program, undefined, { grants });
      await (plugin.exports as any).run.run();
      expect(printed).toBe(`visits: ${count}`);
    }
  },
);
