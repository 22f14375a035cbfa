import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { contract, createHost, type Host, isTenonError, t } from "tenon";
import type { ArtifactSource } from "tenon/runtime";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lines } from "../places/process/fixtures/lines.mjs";
import { makeTgz } from "./archive/testing/make-tar.mjs";
import { makeZip } from "./archive/testing/make-zip.mjs";

const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });
const echo = contract("test:echo@1.0.0", { exports: { say: t.func([["text", t.string]], t.string) } });
const code = (word: string) => `export const greet = (name) => "${word} " + name;`;
const sri = (bytes: Uint8Array | string) => `sha256-${createHash("sha256").update(bytes).digest("base64")}`;

let folder = "";
let cacheFolder = "";
let host: Host;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenon-sources-"));
  cacheFolder = join(folder, "cache");
  host = createHost({ cacheFolder, runtimes: [] });
});
afterEach(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | Uint8Array, mode = 0o644): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
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
const answer = async (artifact: string | URL, options = {}) =>
  (await host.open(artifact, greeter, { folder, ...options })).exports.greet("Ada");
const entries = () => (existsSync(join(cacheFolder, "sources")) ? readdirSync(join(cacheFolder, "sources")) : []);

describe("npm:", () => {
  test("opens an installed package, from a folder above as well, by its manifest, exports or main", async () => {
    write("node_modules/main/package.json", '{ "name": "main", "main": "lib/main" }');
    write("node_modules/main/lib/main.js", code("main"));
    write("node_modules/@scope/exports/package.json", '{ "exports": { ".": { "import": "./a.mjs" } } }');
    write("node_modules/@scope/exports/a.mjs", code("exports"));
    write("node_modules/tenon-field/package.json", '{ "tenon": { "entry": "b.js" }, "main": "c.js" }');
    write("node_modules/tenon-field/b.js", code("field"));
    mkdirSync(join(folder, "deep/er"), { recursive: true });
    const options = { folder: join(folder, "deep/er") };
    expect(await answer("npm:main", options)).toBe("main Ada");
    expect(await answer("npm:@scope/exports", options)).toBe("exports Ada");
    expect(await answer("npm:tenon-field", options)).toBe("field Ada");
    write("deep/node_modules/main/package.json", '{ "main": "x.js" }');
    write("deep/node_modules/main/x.js", code("nearer"));
    expect(await answer("npm:main", { ...options, fresh: true })).toBe("nearer Ada");
  });

  test("opens a file of a package as its exports allow", async () => {
    write("node_modules/free/plugins/a.mjs", code("free"));
    expect(await answer("npm:free/plugins/a.mjs")).toBe("free Ada");
    const exported = { "./a": "./lib/a.mjs", "./p/*": "./lib/p-*.mjs", "./p/hidden": null, "./out": "../../x.mjs" };
    write("node_modules/strict/package.json", JSON.stringify({ exports: exported }));
    for (const name of ["a", "p-one", "p-hidden"]) write(`node_modules/strict/lib/${name}.mjs`, code(name));
    expect(await answer("npm:strict/a")).toBe("a Ada");
    expect(await answer("npm:strict/p/one")).toBe("p-one Ada");
    for (const path of ["lib/a.mjs", "p/hidden", "out"])
      expect((await failure(answer(`npm:strict/${path}`))).code).toBe("TENON_PACKAGE_MISSING");
  });

  test.each([
    ["npm:missing", /no folder node_modules\/missing in/],
    ["npm:", /expected the name of a package/],
    ["npm:../x", /expected the name of a package/],
    ["npm:main@1.0.0", /without a version/],
    ["npm:main/../../x", /expected the name of a package/],
    ["npm:main//x", /expected the name of a package/],
    ["npm:main/node_modules/x", /expected the name of a package/],
  ])("refuses %s", async (given, message) => {
    write("node_modules/main/package.json", "{}");
    expect((await failure(answer(given))).message).toMatch(message);
  });

  test("is the same plugin as its path, and a link is followed", async () => {
    write("real/package.json", '{ "main": "a.mjs" }');
    write("real/a.mjs", code("linked"));
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(folder, "real"), join(folder, "node_modules/linked"));
    const plugin = await host.open("npm:linked", greeter, { folder });
    expect(plugin.artifact).toBe(join(folder, "real"));
    await plugin.swap();
  });
});

describe("command:", () => {
  const shell = '#!/bin/sh\nwhile read -r line; do echo "$(basename "$0")|$*|$PWD|$line"; done\n';

  test.runIf(process.platform !== "win32")("starts a command line, and check runs nothing of it", async () => {
    const ran = join(folder, "ran");
    write("bin/my tool", `#!/bin/sh\ntouch ${ran}\n${shell}`, 0o755);
    await using own = createHost({ runtimes: [lines()], cacheFolder });
    const line = `command:'bin/my tool' --name "a b" c\\ d ''`;
    expect(await own.check(line, echo, { folder })).toMatchObject({ name: "my tool", runtime: "lines" });
    expect(existsSync(ran)).toBe(false);
    const plugin = await own.open(line, echo, { folder });
    expect(await plugin.exports.say("x")).toBe(`my tool|--name a b c d |${folder}|x`);
  });

  test("is for runtimes that start programs only", async () => {
    write("plugin.mjs", `#!/usr/bin/env node\n${code("js")}`, 0o755);
    expect((await failure(answer("command:./plugin.mjs"))).code).toBe("TENON_ARTIFACT_UNKNOWN");
  });

  test.runIf(process.platform !== "win32").each([
    ["command:", "TENON_COMMAND_LINE", /names no program/],
    ["command:''", "TENON_COMMAND_LINE", /names no program/],
    ["command:a | b", "TENON_COMMAND_LINE", /means something to a shell/],
    ["command:tenon-no-such-program x", "TENON_PROGRAM_MISSING", /not found: it is in no folder of PATH/],
    ["command:./absent", "TENON_PROGRAM_MISSING", /does not exist/],
    ["command:./", "TENON_PROGRAM_MISSING", /is a folder/],
    ["command:./data.txt", "TENON_PROGRAM_MISSING", /may not be executed/],
  ])("%s is refused", async (given, expected, message) => {
    write("data.txt", "data");
    const error = await failure(answer(given));
    expect([error.code, error.message]).toEqual([expected, expect.stringMatching(message)]);
  });
});

describe("an archive", () => {
  const files = {
    "package.json": '{ "name": "packed", "version": "3.2.1", "main": "index.mjs" }',
    "index.mjs": code("packed"),
  };
  const tgz = (top = "package/") =>
    makeTgz(Object.entries(files).map(([name, content]) => ({ name: top + name, content })));
  const zip = makeZip(Object.entries(files).map(([name, content]) => ({ name, content })));

  test("is opened by its path or URL, whatever its name says about its format", async () => {
    for (const [name, bytes] of [
      ["a.tgz", tgz()],
      ["b.tar.gz", tgz("")],
      ["c.zip", zip],
      ["D.ZIP", tgz("x/")],
    ] as const) {
      const path = write(name, bytes);
      expect(await answer(path)).toBe("packed Ada");
      expect(await answer(pathToFileURL(path))).toBe("packed Ada");
      expect(await host.check(path)).toMatchObject({ name: "packed", version: "3.2.1" });
    }
    const url = pathToFileURL(join(folder, "a.tgz")).href;
    expect(await answer(`${url}#${sri(tgz())}`)).toBe("packed Ada");
    expect((await failure(answer(`${url}#${sri("x")}`))).code).toBe("TENON_INTEGRITY_MISMATCH");
    expect((await failure(answer(`${pathToFileURL(write("p.mjs", code("p")))}#${sri("x")}`))).message).toMatch(
      /for archives and downloads/,
    );
  });

  test("with one file is that file, and a folder may be called like an archive", async () => {
    write("one.zip", makeZip([{ name: "dir/one.mjs", content: code("one") }]));
    expect(await answer(join(folder, "one.zip"))).toBe("one Ada");
    write("folder.zip/package.json", '{ "main": "a.mjs" }');
    write("folder.zip/a.mjs", code("folder"));
    expect(await answer(join(folder, "folder.zip"))).toBe("folder Ada");
  });

  test("is unpacked once, is private, and is unpacked again if a file was changed, removed or added", async () => {
    const path = write("a.tgz", tgz());
    const plugin = await host.open(path, greeter);
    expect(plugin.artifact.startsWith(cacheFolder)).toBe(true);
    const before = readFileSync(join(plugin.artifact, "index.mjs"));
    const changes: ((at: string) => void)[] = [
      (at) => {
        rmSync(join(at, "index.mjs"));
        writeFileSync(join(at, "index.mjs"), code("changed"));
      },
      (at) => rmSync(join(at, "package.json")),
      (at) => writeFileSync(join(at, "index.js"), code("added")),
    ];
    for (const change of changes) {
      change(plugin.artifact);
      expect(await answer(path, { fresh: true })).toBe("packed Ada");
      expect(readFileSync(join(plugin.artifact, "index.mjs"))).toEqual(before);
      expect(entries()).toHaveLength(1);
    }
    expect(spawnSync("find", [cacheFolder, "-perm", "/077"], { encoding: "utf8" }).stdout).toBe("");
  });

  test("that is hostile leaves nothing behind", async () => {
    const bad = { name: "../../evil.mjs", content: "x" };
    const path = write("bad.tgz", makeTgz([{ name: "index.mjs", content: code("x") }, bad]));
    const error = await failure(answer(path));
    expect([error.code, entries()]).toEqual(["TENON_ARCHIVE_UNSAFE", []]);
    expect((await host.check(path)).findings[0]?.code).toBe("TENON_ARCHIVE_UNSAFE");
    expect(readdirSync(folder).sort()).toEqual(["bad.tgz", "cache"]);
    expect(existsSync(join(folder, "../evil.mjs"))).toBe(false);
  });

  test("is unpacked by many processes at the same time, each of which gets the whole", async () => {
    const big = [...Array(60).keys()].map((index) => ({
      name: `f${index}.mjs`,
      content: `export default ${index};`.repeat(200),
    }));
    const path = write("big.tgz", makeTgz([{ name: "index.mjs", content: code("big") }, ...big]));
    const program = write(
      "open.mjs",
      `import { contract, createHost, t } from ${JSON.stringify(import.meta.resolve("tenon"))};
       const host = createHost({ cacheFolder: process.argv[2] });
       const greeter = contract("demo:greeter@1.0.0", { exports: { greet: t.func([["name", t.string]], t.string) } });
       console.log(await (await host.open(process.argv[3], greeter)).exports.greet("Ada"));
       await host.close();`,
    );
    const { spawn } = await import("node:child_process");
    const outputs = await Promise.all(
      [...Array(4)].map(async () => {
        const child = spawn(process.execPath, [program, cacheFolder, path], { stdio: ["ignore", "pipe", "inherit"] });
        let text = "";
        for await (const part of child.stdout) text += part;
        return text;
      }),
    );
    expect(outputs).toEqual(Array(4).fill("big Ada\n"));
    expect(entries()).toHaveLength(1);
  });

  test.each([
    ["tar", ["-czf", "a.tgz", "-C", "source", "."]],
    ["tar", ["--format=pax", "-czf", "a.tgz", "-C", ".", "source"]],
    ["tar", ["--format=v7", "-czf", "a.tgz", "-C", "source", "package.json", "index.mjs", "bin"]],
    ["zip", ["-qry", "../a.zip", "."]],
  ])("that %s %j made is opened", async (command, options) => {
    for (const [name, content] of Object.entries(files)) write(`source/${name}`, content, 0o755);
    mkdirSync(join(folder, "source/bin"));
    symlinkSync("../index.mjs", join(folder, "source/bin/run"));
    const cwd = command === "zip" ? join(folder, "source") : folder;
    const { status, error } = spawnSync(command, options, { cwd });
    if (error !== undefined) return expect(error.message).toMatch(/ENOENT/);
    expect(status).toBe(0);
    expect(await answer(join(folder, command === "zip" ? "a.zip" : "a.tgz"))).toBe("packed Ada");
  });

  test("that npm pack made is opened", async () => {
    for (const [name, content] of Object.entries(files)) write(`source/${name}`, content);
    const packed = spawnSync("npm", ["pack", "--offline", "./source"], { cwd: folder, encoding: "utf8" });
    expect([packed.status, packed.stdout.trim()]).toEqual([0, "packed-3.2.1.tgz"]);
    expect(await answer(join(folder, "packed-3.2.1.tgz"))).toBe("packed Ada");
  });
});

describe("a source of the host", () => {
  const upper: ArtifactSource = {
    name: "upper",
    form: "upper:NAME",
    resolve: async (given, { read, folder: from }) =>
      given.startsWith("upper:") ? { ...(await read(join(from, given.slice(6).toLowerCase()))), given } : undefined,
  };

  test("is asked first, and is named where a scheme is unknown", async () => {
    write("a.mjs", code("own"));
    await using own = createHost({ sources: [upper, { ...upper, name: "npm", form: "npm:PACKAGE" }], cacheFolder });
    expect(await (await own.open("upper:A.MJS", greeter, { folder })).exports.greet("Ada")).toBe("own Ada");
    expect((await failure(own.open("oci:x", greeter))).message).toMatch(/use a path, .*upper:NAME/);
    expect(own.sources[0]).toBe(upper);
  });
});

test("the folder of this test is a package as Node finds it", async () => {
  // The test's own package is linked into node_modules of the repository.
  const here = dirname(fileURLToPath(import.meta.url));
  cpSync(here, join(folder, "copy"), { recursive: true });
  expect((await failure(host.open("npm:tenon/no-such-file", greeter, { folder: here }))).message).toMatch(
    /"exports" has no/,
  );
});
