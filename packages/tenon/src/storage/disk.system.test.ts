import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { missing } from "@tenon/fixtures";
import { needs } from "@tenon/fixtures/tests";
import { afterAll, beforeAll, expect } from "vitest";

const run = promisify(execFile);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tenon-disk-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs a module in a namespace with other file systems. */
async function inside(mounts: readonly string[], source: string): Promise<string> {
  const system = ["--dev-bind", "/", "/", ...mounts];
  const { stdout } = await run("bwrap", [...system, process.execPath, "--input-type=module", "-e", source]);
  return stdout.trim();
}

const opened = `import { createHost, embeddedStorage, contract, t } from "tenon";
import { rmSync, writeFileSync } from "node:fs";
const store = await embeddedStorage(folder).open("keeper");
`;

needs(missing.sandbox()).test(
  "on a full disk, nothing of a change is stored, and the next one tries again",
  async () => {
    const source = `const folder = ${JSON.stringify(join(folder, "small", "data"))};
${opened}
let use = await store.use();
let stored = 0;
let failed;
const value = Buffer.alloc(100_000, 7);
while (failed === undefined) {
  const changes = Array.from({ length: 5 }, (_, index) => ({ key: "k" + (stored * 5 + index), value }));
  await store.write(changes).then(() => stored++, (error) => (failed = error));
}
const before = await store.keys({ prefix: "", limit: 1000 });
await store.write([{ key: "again", value }]).catch(() => {});
rmSync(folder + "/../filler");
await store.write([{ key: "later", value }]);
const after = await store.keys({ prefix: "k", limit: 1000 });
await store.close(use);
const again = await embeddedStorage(folder).open("keeper");
const kept = await again.keys({ prefix: "k", limit: 1000 });
for (const key of kept) if (!value.equals(await again.get(key))) throw new Error(key);
const later = await again.get("later");
console.log(JSON.stringify({ code: failed.code, message: failed.message, stored, before: before.length, after: after.length, kept: kept.length, later: later?.length }));`;
    const small = join(folder, "small");
    const filled = source.replace(
      "let use =",
      `writeFileSync(folder + "/../filler", Buffer.alloc(8_000_000));\nlet use =`,
    );
    const found = JSON.parse(await inside(["--size", String(16 * 1024 * 1024), "--tmpfs", small], filled));
    expect(found).toMatchObject({ code: "TENON_STORAGE_FAILED", later: 100_000 });
    expect(found.message).toMatch(/^plugin keeper: a change was not stored: .*No space left on device/);
    expect(found.stored).toBeGreaterThan(3);
    for (const count of [found.before, found.after, found.kept]) expect(count).toBe(found.stored * 5);
  },
);

needs(missing.sandbox()).test("where nothing can be written, opening says so", async () => {
  const source = `const folder = ${JSON.stringify(join(folder, "locked"))};
import { embeddedStorage } from "tenon";
await embeddedStorage(folder).open("keeper").then(() => console.log("open"), (error) => console.log(error.code + ": " + error.message));`;
  expect(await inside(["--ro-bind", folder, folder], source)).toMatch(
    /^TENON_STORAGE_FAILED: plugin keeper: storage in .* cannot be made: /,
  );
});

needs(missing.sandbox()).test("a store that has become read-only says so, and is there as it was", async () => {
  const path = join(folder, "kept");
  const write = `const folder = ${JSON.stringify(path)};
${opened} await store.use(); await store.write([{ key: "a", value: Buffer.from("1") }]); await store.close({ bytes: 2, entries: 1 });`;
  await inside([], write);
  const read = `const folder = ${JSON.stringify(path)};
import { embeddedStorage } from "tenon";
await embeddedStorage(folder).open("keeper").then(() => console.log("open"), (error) => console.log(error.code));`;
  expect(await inside(["--ro-bind", path, path], read)).toBe("TENON_STORAGE_FAILED");
  const again = `const folder = ${JSON.stringify(path)};
${opened} await store.use(); console.log(Buffer.from(await store.get("a")).toString());`;
  expect(await inside([], again)).toBe("1");
});
