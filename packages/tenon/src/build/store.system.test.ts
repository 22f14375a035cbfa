import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { times } from "@tenon/fixtures/tests";
import fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { digestOf } from "../runtime/digest.js";
import { decodeEntry, encodeEntry } from "./entry-format.js";
import { keyOf } from "./key.js";
import { BuildStore } from "./store.js";

const root = mkdtempSync(join(tmpdir(), "tenon-store-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let count = 0;
let folder: string;
let store: BuildStore;
beforeEach(() => {
  folder = join(root, String(++count));
  store = new BuildStore({ folder, area: "c" });
});

const key = keyOf("source", "compiler", "-O2");
const bytes = new Uint8Array([1, 2, 3]);
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);
const names = () => readdirSync(store.folder).sort();
const entryPath = () => join(store.folder, key);
/** Makes something look as if it was used long ago. */
const age = (path: string, minutes: number) => {
  const time = new Date(Date.now() - minutes * 60_000);
  utimesSync(path, time, time);
};

describe("the store returns", () => {
  test("what was written, with its description and digest, to this and to other users of the folder", async () => {
    const { digest } = await store.write(key, { foreign: ["/a"] }, bytes);
    expect(digest).toBe(digestOf(bytes));
    for (const each of [store, new BuildStore({ folder, area: "c" })])
      expect(await each.read(key)).toEqual({ about: { foreign: ["/a"] }, bytes: Buffer.from(bytes), digest });
  });

  test("nothing for another key, or from another area", async () => {
    await store.write(key, null, bytes);
    expect(await store.read(keyOf("other"))).toBeUndefined();
    expect(await new BuildStore({ folder, area: "go" }).read(key)).toBeUndefined();
  });

  test("nothing that was cut short, changed or stored under another key", async () => {
    await store.write(key, { a: 1 }, bytes);
    const file = readFileSync(entryPath());
    const other = encodeEntry(keyOf("other"), { a: 1 }, bytes).parts;
    const damaged = [Buffer.concat(other), Buffer.alloc(0), Buffer.concat([file, Buffer.of(0)])];
    for (let at = 0; at < file.length; at++) {
      damaged.push(file.subarray(0, at), Buffer.from(file).fill((file[at] ?? 0) ^ 1, at, at + 1));
    }
    for (const content of damaged) {
      writeFileSync(entryPath(), content);
      expect(await store.read(key)).toBeUndefined();
    }
    await store.write(key, { a: 1 }, bytes);
    expect((await store.read(key))?.about).toEqual({ a: 1 });
  });

  test("a file that it copied, which may be executed and not be written", async () => {
    const source = join(root, "program");
    writeFileSync(source, "#!/bin/sh\necho hello\n");
    const written = await store.writeFile(key, ["note"], source);
    if (written instanceof Error) throw written;
    rmSync(source);
    expect(await store.readFile(key)).toEqual(written);
    expect(written).toMatchObject({ about: ["note"], digest: digestOf("#!/bin/sh\necho hello\n") });
    expect(modeOf(written.path)).toBe("500");
    expect(execFileSync(written.path, { encoding: "utf8" })).toBe("hello\n");
  });

  test("no file that was changed or removed, not even if this process has read it before", async () => {
    for (const damage of [
      (path: string) => rmSync(path),
      (path: string) => {
        chmodSync(path, 0o700);
        writeFileSync(path, "#!/bin/sh\necho evil!\n");
      },
    ]) {
      const written = await store.writeFile(key, null, Buffer.from("#!/bin/sh\necho hello\n"));
      if (written instanceof Error) throw written;
      expect(await store.readFile(key)).toBeDefined();
      damage(written.path);
      expect(await store.readFile(key)).toBeUndefined();
    }
  });

  test("the path of one file only: another content for the same key gets another path", async () => {
    const first = await store.writeFile(key, null, Buffer.from("one"));
    const second = await store.writeFile(key, null, Buffer.from("two"));
    if (first instanceof Error || second instanceof Error) throw first;
    expect(readFileSync(first.path, "utf8")).toBe("one");
    expect(await store.readFile(key)).toEqual(second);
  });
});

describe("the folder of a store", () => {
  test("is for its owner only, with its files", async () => {
    await store.write(key, null, bytes);
    expect([folder, store.folder, entryPath()].map(modeOf)).toEqual(["700", "700", "600"]);
  });

  test.each(["root", "area"])("is refused if others may write to it: the folder of the %s", async (which) => {
    mkdirSync(join(folder, "c"), { recursive: true, mode: 0o700 });
    chmodSync(which === "root" ? folder : join(folder, "c"), 0o777);
    const unsafe = { code: "TENON_CACHE_UNSAFE" };
    await expect(store.read(key)).rejects.toMatchObject(unsafe);
    await expect(store.readFile(key)).rejects.toMatchObject(unsafe);
    await expect(store.write(key, null, bytes)).rejects.toMatchObject(unsafe);
    await expect(store.writeFile(key, null, bytes)).rejects.toMatchObject(unsafe);
    chmodSync(folder, 0o700);
    chmodSync(join(folder, "c"), 0o700);
    expect(await store.read(key)).toBeUndefined();
  });

  test("is made again if it was deleted", async () => {
    await store.write(key, null, bytes);
    rmSync(folder, { recursive: true });
    expect(await store.read(key)).toBeUndefined();
    expect(await store.write(key, null, bytes)).not.toHaveProperty("failure");
    expect(await store.read(key)).toBeDefined();
  });

  test("that cannot be made keeps nothing, and says so", async () => {
    writeFileSync(folder, "");
    expect(await store.read(key)).toBeUndefined();
    expect((await store.write(key, null, bytes)).failure).toBeInstanceOf(Error);
    expect(await store.writeFile(key, null, bytes)).toBeInstanceOf(Error);
  });
});

describe("what is deleted", () => {
  const limited = () => new BuildStore({ folder, area: "c", limits: { bytes: 3000 } });
  const large = new Uint8Array(1000);

  test("is what was not used for the longest time, until the rest is within the limit", async () => {
    for (const [at, name] of ["a", "b", "c", "d"].entries()) {
      await store.write(name, null, large);
      age(join(store.folder, name), 100 - at);
    }
    // A use counts: "a" is the youngest now.
    await store.read("a");
    await limited().write("e", null, large);
    expect(names()).toEqual(["a", "e"]);
  });

  test("includes the file of an entry, and is never what was used a moment ago", async () => {
    const file = await store.writeFile("old", null, large);
    if (file instanceof Error) throw file;
    for (const name of names()) age(join(store.folder, name), 100);
    for (const name of ["a", "b", "c", "d"]) await store.write(name, null, large);
    await limited().write("e", null, large);
    expect(existsSync(file.path)).toBe(false);
    expect(names()).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("includes drafts of processes that were killed, and not those that are being written", async () => {
    await store.open();
    for (const name of ["old.draft", "new.draft"]) writeFileSync(join(store.folder, name), "half");
    age(join(store.folder, "old.draft"), 120);
    await store.write(key, null, bytes);
    expect(names()).toEqual([key, "new.draft"]);
  });
});

test("bytes that are no entry are refused, whatever they are", () => {
  const { parts } = encodeEntry(key, { a: 1 }, bytes);
  const whole = Buffer.concat(parts);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(whole.length), (noise, at) => {
      expect(decodeEntry(key, Buffer.from(noise))).toBeUndefined();
      const mixed = Buffer.concat([whole.subarray(0, at), noise]);
      if (!mixed.equals(whole)) expect(decodeEntry(key, mixed)).toBeUndefined();
    }),
    { numRuns: times(500) },
  );
});

describe("processes that share a store", () => {
  /** A process that writes and reads entries, whose content follows from their key, until it is killed. */
  const program = `
import { BuildStore } from ${JSON.stringify(new URL("../../dist/build/store.js", import.meta.url).href)};
const [folder, start] = process.argv.slice(1);
const store = new BuildStore({ folder, area: "c", limits: { bytes: 3_000_000 } });
const expected = (at) => Buffer.alloc(200_000, at);
process.stdout.write("up");
for (let round = Number(start); ; round++) {
  const at = round % 20;
  await store.write("entry" + at, at, expected(at));
  await store.writeFile("file" + at, at, expected(at));
  for (const each of [at, (at + 7) % 20]) {
    const entry = await store.read("entry" + each);
    if (entry !== undefined && !entry.bytes.equals(expected(each))) process.exit(3);
    const file = await store.readFile("file" + each);
    if (file !== undefined && file.about !== each) process.exit(3);
  }
}`;

  async function start(at: number): Promise<ChildProcess> {
    const child = spawn(process.execPath, ["--input-type=module", "-e", program, folder, String(at)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout!, "data");
    return child;
  }

  test("never read half of an entry, also if they are killed while they write", async () => {
    const children = await Promise.all([0, 5, 10].map(start));
    for (let round = 0; round < times(20); round++) {
      const at = round % children.length;
      const child = children[at] as ChildProcess;
      // Wherever it is by now.
      await new Promise((resolve) => setImmediate(resolve));
      await store.read(`entry${round % 20}`);
      child.kill("SIGKILL");
      const [code, signal] = await once(child, "exit");
      expect([code, signal]).toEqual([null, "SIGKILL"]);
      children[at] = await start(round);
    }
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(children.map((child) => once(child, "exit")));
    const read = await Promise.all(Array.from({ length: 20 }, (_, at) => store.read(`entry${at}`)));
    for (const [at, entry] of read.entries())
      if (entry !== undefined) expect(entry.bytes.equals(Buffer.alloc(200_000, at))).toBe(true);
    expect(read.some((entry) => entry !== undefined)).toBe(true);
  });
});
