import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contract, createHost, type Host, isTenonError, type OpenOptions, t } from "tenon";
import { plugin as builtin } from "tenon/guest";
import type { Place } from "tenon/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lines } from "../places/process/fixtures/lines.mjs";
import { makeTgz } from "../sources/archive/testing/make-tar.mjs";

const echo = contract("test:echo@1.0.0", { exports: { say: t.func([["text", t.string]], t.string) } });
const numbers = contract("test:numbers@1.0.0", { exports: { answer: t.func([], t.u32) } });
const sri = (content: Uint8Array | string) => `sha256-${createHash("sha256").update(content).digest("base64")}`;
const script = (word: string) => `export const say = (text) => "${word} " + text;`;
const wrong = sri("something else");
/** `answer` returns 1 or 2. */
const wasm = (answer: number) =>
  Uint8Array.from([
    ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 10, 1, 6],
    ...Buffer.from("answer"),
    ...[0, 0, 10, 6, 1, 4, 0, 65, answer, 11],
  ]);

let folder = "";
let cacheFolder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenon-integrity-"));
  cacheFolder = join(folder, "cache");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array, mode = 0o755): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content, { mode });
  return path;
}
async function failure(work: Promise<unknown>) {
  const thrown = await work.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );
  if (!isTenonError(thrown)) throw thrown;
  return thrown;
}
async function digestOf(artifact: string, options: object = {}): Promise<string> {
  await using host = createHost({ runtimes: [], ...options });
  return (await host.check(artifact)).digest ?? "none";
}
/** Replaces a file as an attacker would: by another one, or in place. */
const replacing = {
  "by rename": (path: string, content: string | Uint8Array) => {
    writeFileSync(`${path}.new`, content, { mode: 0o755 });
    renameSync(`${path}.new`, path);
  },
  "in place": (path: string, content: string | Uint8Array) => writeFileSync(path, content),
};
const ways = Object.keys(replacing) as (keyof typeof replacing)[];
const names = ["inline", "worker", "worker-pool", "process"] as const;

/** A host whose places do something before they start a plugin: after everything has been compared. */
function interrupted(before: () => void, options: object = {}): Host {
  const inner = createHost({ cacheFolder, ...options });
  const places = Object.fromEntries(
    [...inner.places].map(([name, place]): [string, Place] => [
      name,
      {
        ...{ name: place.name, traits: place.traits, isolation: place.isolation },
        start(...parameters) {
          before();
          return place.start(...parameters);
        },
        close: () => place.close(),
      },
    ]),
  );
  return createHost({ cacheFolder, ...options, places });
}

describe.each(names)("in the place %s", (place) => {
  test.each(ways)("JavaScript that is replaced %s after it was compared does not run", async (way) => {
    const path = write("a.mjs", script("good"));
    const integrity = await digestOf(path);
    await using host = interrupted(() => replacing[way](path, script("evil")));
    const plugin = await host.open(path, echo, { place, integrity });
    expect(await plugin.exports.say("x")).toBe("good x");
    expect(plugin.digest).toBe(integrity);
    expect((await failure(host.open(path, echo, { place, integrity, fresh: true }))).code).toBe(
      "TENON_INTEGRITY_MISMATCH",
    );
  });

  test.each(ways)("WebAssembly that is replaced %s after it was compared does not run", async (way) => {
    const path = write("a.wasm", wasm(1));
    await using host = interrupted(() => replacing[way](path, wasm(2)));
    const plugin = await host.open(path, numbers, { place, integrity: sri(wasm(1)) });
    expect(await plugin.exports.answer()).toBe(1);
    expect(plugin.digest).toBe(sri(wasm(1)));
  });

  test("another digest is refused before anything runs", async () => {
    const path = write(
      "a.mjs",
      `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(join(folder, "ran"))}, ""); ${script("a")}`,
    );
    await using host = createHost();
    const error = await failure(host.open(path, echo, { place, integrity: wrong }));
    expect(error.code).toBe("TENON_INTEGRITY_MISMATCH");
    expect(error.message).toContain(`expected ${wrong}, found ${await digestOf(path)}`);
    expect(readdirSync(folder)).toEqual(["a.mjs"]);
    expect(host.plugins).toEqual([]);
  });
});

describe("a swap", () => {
  test("of a pinned plugin is refused unless the digest is the same, or the new one is given", async () => {
    const path = write("a.mjs", script("one"));
    const integrity = await digestOf(path);
    await using host = createHost();
    const plugin = await host.open(path, echo, { integrity });
    await plugin.swap();
    writeFileSync(path, script("two"));
    expect((await failure(plugin.swap())).message).toMatch(/another digest/);
    expect(await plugin.exports.say("x")).toBe("one x");
    const next = await digestOf(path);
    await plugin.swap(path, { integrity: next });
    expect([await plugin.exports.say("x"), plugin.digest]).toEqual(["two x", next]);
    // From now on, the new digest counts.
    await plugin.swap();
    writeFileSync(path, script("one"));
    expect((await failure(plugin.swap())).message).toMatch(/another digest/);
    await plugin.swap(path, { integrity });
    expect(await plugin.exports.say("x")).toBe("one x");
  });
});

describe("the digest of JavaScript", () => {
  const files = {
    "package.json": '{ "name": "demo", "type": "module", "main": "src/index.ts" }',
    "src/index.ts":
      'import { word } from "./word.js"; import { dep } from "dep"; export const say = (text: string): string => word + dep + text;',
    "src/word.js": 'export const word = "hello ";',
    "node_modules/dep/package.json": '{ "name": "dep", "main": "index.js" }',
    "node_modules/dep/index.js": 'exports.dep = "dep ";',
  };
  const make = (at: string) => {
    for (const [name, content] of Object.entries(files)) write(`${at}/${name}`, content);
    return join(folder, at);
  };

  test("is the same in every folder, with and without a cache", async () => {
    const one = make("one");
    const digest = await digestOf(one);
    expect(digest).toMatch(/^sha256-/);
    cpSync(one, join(folder, "deep/er/two"), { recursive: true });
    expect(await digestOf(join(folder, "deep/er/two"))).toBe(digest);
    for (let run = 0; run < 2; run++) expect(await digestOf(one, { cacheFolder })).toBe(digest);
  });

  test.each(Object.keys(files).filter((name) => name !== "tsconfig.json"))("changes with %s", async (name) => {
    const one = make("one");
    const digest = await digestOf(one);
    write(`one/${name}`, `${files[name as keyof typeof files]}\n`);
    expect(await digestOf(one)).not.toBe(digest);
  });

  test("covers files outside of the plugin's folder that are bundled, and not the settings there", async () => {
    write("shared.js", 'export const word = "shared ";');
    const path = write(
      "plugins/a.mjs",
      'import { word } from "../shared.js"; export const say = (text) => word + text;',
    );
    const digest = await digestOf(path);
    write("package.json", '{ "name": "host", "version": "2.0.0" }');
    expect(await digestOf(path)).toBe(digest);
    write("shared.js", 'export const word = "other ";');
    expect(await digestOf(path)).not.toBe(digest);
  });

  test.each<[string, Record<string, string>, OpenOptions<typeof echo>, RegExp]>([
    [
      "a package that Node loads",
      {
        "a.mjs": `import { dep } from "dep"; export const say = (t) => dep + t;`,
        "node_modules/dep/package.json": '{ "name": "dep", "main": "index.js" }',
        "node_modules/dep/index.js": 'exports.dep = "dep ";',
      },
      { external: ["dep"] },
      /Node reads dep from disk/,
    ],
    [
      "a native module",
      { "a.cjs": `exports.say = (t) => require("./x.node") + t;` },
      {},
      /Node reads .*x\.node from disk/,
    ],
    [
      "a thread from a file",
      {
        "a.mjs": `import { Worker } from "node:worker_threads"; export const say = (t) => { new Worker(new URL("./w.js", import.meta.url)); return t; };`,
      },
      {},
      /new Worker/,
    ],
  ])("is missing for %s, and such a plugin cannot be pinned", async (_, sources, options, message) => {
    for (const [name, content] of Object.entries(sources)) write(name, content);
    const path = join(folder, Object.keys(sources)[0] as string);
    await using host = createHost();
    const error = await failure(host.open(path, echo, { ...options, integrity: wrong }));
    expect([error.code, error.message]).toEqual(["TENON_INTEGRITY_UNPINNED", expect.stringMatching(message)]);
  });

  test("is missing for plugins that are part of the program", async () => {
    await using host = createHost({ builtins: { echo: builtin(echo, { say: (text: string) => text }) } });
    expect((await failure(host.open("builtin:echo", echo, { integrity: wrong }))).message).toMatch(
      /host's own program/,
    );
    expect((await host.open("builtin:echo", echo)).digest).toBeUndefined();
  });
});

test("an archive can be pinned by its own digest, or by that of what runs", async () => {
  const bytes = makeTgz([{ name: "package/index.js", content: script("packed") }]);
  const path = write("demo.tgz", bytes);
  await using host = createHost({ cacheFolder });
  const plugin = await host.open(path, echo, { integrity: sri(bytes) });
  expect(await plugin.exports.say("x")).toBe("packed x");
  expect(plugin.digest).not.toBe(sri(bytes));
  const again = await host.open(path, echo, { integrity: plugin.digest as string });
  expect(await again.exports.say("x")).toBe("packed x");
  expect((await failure(host.open(path, echo, { integrity: wrong }))).code).toBe("TENON_INTEGRITY_MISMATCH");
});

describe.runIf(process.platform !== "win32")("a program", () => {
  const shell = (word: string) => `#!/bin/sh\nwhile read -r line; do echo "${word} $line"; done\n`;
  const withPrograms = (before = () => {}) => interrupted(before, { runtimes: [lines()] });

  test.each(ways)("that is replaced %s after it was compared does not run, also not after a restart", async (way) => {
    const path = write("echo", shell("good"));
    let starts = 0;
    await using host = withPrograms(() => {
      // The first start makes the copy.
      if (++starts > 1) replacing[way](path, shell("evil"));
    });
    const plugin = await host.open(path, echo, {
      integrity: sri(shell("good")),
      supervision: { backoff: { first: 1 } },
    });
    expect(await plugin.exports.say("x")).toBe("good x");
    const restarted = new Promise((resolve) => host.on("restarted", resolve));
    process.kill(plugin.id as number, "SIGKILL");
    await restarted;
    expect(await plugin.exports.say("x")).toBe("good x");
    expect(readFileSync(path, "utf8")).toBe(shell("evil"));
  });

  test.each(ways)("that is replaced %s before its copy is made is refused", async (way) => {
    const path = write("echo", shell("good"));
    await using host = withPrograms(() => replacing[way](path, shell("evil")));
    const error = await failure(host.open(path, echo, { integrity: sri(shell("good")) }));
    expect([error.code, error.message]).toEqual([
      "TENON_INTEGRITY_MISMATCH",
      expect.stringContaining(sri(shell("evil"))),
    ]);
    expect(readdirSync(join(cacheFolder, "programs"))).toEqual([]);
  });

  test("a folder is pinned with the files that its program finds beside itself", async () => {
    write(
      "tool/run.sh",
      '#!/bin/sh\n. "$(dirname "$0")/lib/words.sh"\nwhile read -r line; do echo "$word $line"; done\n',
    );
    const words = write("tool/lib/words.sh", "word=good\n", 0o644);
    symlinkSync("words.sh", join(folder, "tool/lib/link.sh"));
    const tool = join(folder, "tool");
    await using open = createHost({ runtimes: [lines()], cacheFolder });
    const { digest = "" } = await open.open(tool, echo);
    await using host = withPrograms(() => {});
    const plugin = await host.open(tool, echo, { integrity: digest });
    writeFileSync(words, "word=evil\n");
    expect(await plugin.exports.say("x")).toBe("good x");
    expect((await failure(host.open(tool, echo, { integrity: digest, fresh: true }))).code).toBe(
      "TENON_INTEGRITY_MISMATCH",
    );
    writeFileSync(words, "word=good\n");
    symlinkSync("/etc/passwd", join(tool, "outside"));
    expect((await failure(host.open(tool, echo, { integrity: digest, fresh: true }))).message).toMatch(
      /the link outside leads to .*which is not a file of the plugin/,
    );
  });

  test("a command line is pinned with its program, its arguments and the files that they name", async () => {
    const code = (word: string) =>
      `require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => console.log("${word} " + process.argv[2] + " " + line));`;
    const path = write("server.cjs", code("good"));
    const line = `command:${process.execPath} server.cjs '--flag'`;
    await using open = createHost({ runtimes: [lines()], cacheFolder });
    const first = await open.open(line, echo, { folder });
    expect(await first.exports.say("x")).toBe("good --flag x");
    const integrity = first.digest as string;
    await using host = withPrograms(() => {});
    const plugin = await host.open(line, echo, { folder, integrity });
    writeFileSync(path, code("evil"));
    expect(await plugin.exports.say("x")).toBe("good --flag x");
    for (const other of [line, line.replace("--flag", "--other")])
      expect((await failure(host.open(other, echo, { folder, integrity, fresh: true }))).code).toBe(
        "TENON_INTEGRITY_MISMATCH",
      );
    const asFolder = await failure(host.open(`command:${process.execPath} .`, echo, { folder, integrity }));
    expect(asFolder.message).toMatch(/the argument \. is a folder/);
  });

  test("a runtime that starts something else than it said is refused", async () => {
    const path = write("echo", shell("good"));
    await using host = createHost({ runtimes: [lines({ command: "/bin/cat" })], cacheFolder });
    const error = await failure(host.open(path, echo, { integrity: sri(shell("good")) }));
    expect([error.code, error.message]).toEqual([
      "TENON_INTEGRITY_UNPINNED",
      expect.stringContaining("it starts /bin/cat"),
    ]);
  });
});

test.each(["sha256-abc", "sha512-x", "abc", 5, sri("x").replace(/.=$/, "B=")])(
  "integrity: %s is refused",
  async (integrity) => {
    await using host = createHost();
    const error = await failure(host.open("x.js", echo, { integrity: integrity as string }));
    expect([error.code, error.message]).toEqual([
      "TENON_OPTION_INVALID",
      expect.stringContaining("option integrity: expected a digest"),
    ]);
  },
);
