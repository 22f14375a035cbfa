import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readArtifact } from "./read-artifact.js";

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tenon-artifact-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const path = (name: string) => join(folder, name);
async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(path(name), ".."), { recursive: true });
    await writeFile(path(name), content);
  }
}
const wit = "package demo:greeter@1.0.0;\nworld greeter { export greet: func(name: string) -> string; }\n";

const rules = {
  names: ["index.ts", "index.js", "plugin.ts", "plugin.js", "plugin.wasm", "plugin.lua", "main.lua"],
  sources: [/^go\.mod$/],
};

describe("a file", () => {
  test("is read with its first bytes, its size, and what stands beside it", async () => {
    await write({
      "greeter.ts": "x".repeat(5000),
      "greeter.wit": wit,
      "greeter.tenon.json": JSON.stringify({
        name: "the-greeter",
        version: "1.2.3",
        priority: 5,
        requires: { base: "^1.0.0" },
        settings: { type: "object" },
        grants: { network: ["example.com:443"], reasons: { network: "reads the news" } },
      }),
    });
    const artifact = await readArtifact(path("greeter.ts"));
    expect(artifact).toMatchObject({ path: path("greeter.ts"), kind: "file", given: path("greeter.ts"), size: 5000 });
    expect(artifact.head).toHaveLength(4096);
    expect(artifact.manifest).toMatchObject({
      name: "the-greeter",
      version: "1.2.3",
      entry: path("greeter.ts"),
      priority: 5,
      requires: { base: "^1.0.0" },
      settings: { type: "object" },
      grants: { network: ["example.com:443"], reasons: { network: "reads the news" } },
      source: path("greeter.tenon.json"),
    });
    expect(artifact.manifest.contract?.id).toBe("demo:greeter@1.0.0");
  });

  test("with nothing beside it has its own name", async () => {
    await write({ "greeter.wasm": "x", "other.wit": "not read" });
    const { manifest } = await readArtifact(path("greeter.wasm"));
    expect(manifest).toEqual({
      name: "greeter",
      version: undefined,
      entry: path("greeter.wasm"),
      contract: undefined,
      settings: undefined,
      priority: 0,
      requires: {},
      grants: {},
      source: undefined,
    });
  });

  test("can be named by a URL, by a relative path, and through links", async () => {
    await write({ "real/a.js": "1" });
    await symlink(path("real"), path("linked"));
    for (const given of [
      pathToFileURL(path("linked/a.js")),
      pathToFileURL(path("linked/a.js")).href,
      relative(process.cwd(), path("linked/a.js")),
    ]) {
      expect(await readArtifact(given)).toMatchObject({ path: path("real/a.js"), given: String(given) });
    }
  });
});

describe("a folder", () => {
  const folders: [string, Record<string, string>, string | undefined, object?][] = [
    ["an index file", { "p/index.js": "1", "p/index.ts": "2" }, "index.ts", { name: "p" }],
    ["tenon.json", { "p/tenon.json": '{"entry": "src/main.mjs"}', "p/src/main.mjs": "1" }, "src/main.mjs"],
    [
      "package.json with main, name and version",
      { "p/package.json": '{"name": "@a/b", "version": "2.0.0", "main": "lib"}', "p/lib/index.js": "1" },
      "lib/index.js",
      { name: "@a/b", version: "2.0.0" },
    ],
    ["main without an extension", { "p/package.json": '{"main": "./lib/a"}', "p/lib/a.js": "1" }, "lib/a.js"],
    [
      "exports with conditions",
      {
        "p/package.json":
          '{"main": "no.js", "exports": {".": [{"browser": "./b.js"}, {"types": "./t.d.ts", "node": {"import": "./n.mjs"}}], "./x": "./x.js"}}',
        "p/n.mjs": "1",
      },
      "n.mjs",
    ],
    [
      "module before main",
      { "p/package.json": '{"module": "m.js", "main": "c.js"}', "p/m.js": "1", "p/c.js": "1" },
      "m.js",
    ],
    [
      "the field tenon of package.json, and tenon.json over it",
      {
        "p/package.json": '{"name": "a", "version": "1.0.0", "tenon": {"entry": "one.js", "priority": 1}}',
        "p/tenon.json": '{"entry": "two.js"}',
        "p/one.js": "1",
        "p/two.js": "1",
      },
      "two.js",
      { name: "a", version: "1.0.0", priority: 1 },
    ],
    ["a name that a runtime knows", { "p/main.lua": "x", "p/plugin.lua": "x" }, "plugin.lua"],
    ["Go source, which a builder understands", { "p/go.mod": "module a", "p/main.go": "package main" }, undefined],
  ];
  test.each(folders)("%s", async (_, files, entry, expected = {}) => {
    await write(files);
    const artifact = await readArtifact(path("p"), rules);
    expect(artifact).toMatchObject({ kind: "folder", path: path("p"), size: 0 });
    expect(artifact.manifest).toMatchObject({ entry: entry && path(`p/${entry}`), ...expected });
    expect(artifact.head.length > 0).toBe(entry !== undefined);
  });

  test.each([
    ["the entry's name", { "p/index.js": "1", "p/index.wit": wit, "p/b.wit": "broken" }],
    ["the only one", { "p/index.js": "1", "p/something.wit": wit }],
    [
      "the manifest's",
      { "p/index.js": "1", "p/a.wit": "broken", "p/tenon.json": '{"contract": "c/g.wit"}', "p/c/g.wit": wit },
    ],
    [
      "one of several worlds",
      {
        "p/index.js": "1",
        "p/tenon.json": '{"contract": {"path": "wit", "world": "greeter"}}',
        "p/wit/g.wit": `${wit}\nworld other { }\n`,
      },
    ],
  ])("its contract is %s", async (_, files) => {
    await write(files);
    expect((await readArtifact(path("p"), rules)).manifest.contract?.exports).toHaveProperty("greet");
  });
});

describe("readArtifact() rejects", () => {
  const rejects = (given: string | URL, code: string, message: string) =>
    expect(readArtifact(given, rules)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });

  test("a path that does not exist, and suggests a similar name", async () => {
    await write({ "greeter.ts": "1" });
    await rejects(path("greter.ts"), "TENON_ARTIFACT_MISSING", 'greter.ts does not exist; did you mean "greeter.ts"?');
    await rejects(path("no/such/file"), "TENON_ARTIFACT_MISSING", "does not exist");
    await rejects(path("greeter.ts/x"), "TENON_ARTIFACT_MISSING", "does not exist");
    await rejects(path("a".repeat(300)), "TENON_ARTIFACT_MISSING", "does not exist");
  });

  test("an empty file", async () => {
    await write({ "a.ts": "", "p/index.ts": "" });
    await rejects(path("a.ts"), "TENON_ARTIFACT_EMPTY", "a.ts is empty");
    await rejects(path("p"), "TENON_ARTIFACT_EMPTY", "index.ts is empty");
  });

  test("a pipe, a device, a socket, a broken link and a loop of links", async () => {
    execFileSync("mkfifo", [path("pipe.js")]);
    await symlink(path("gone"), path("broken.js"));
    await symlink(path("circle.js"), path("circle.js"));
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path("socket.js"), resolve));
    await rejects(path("pipe.js"), "TENON_ARTIFACT_UNREADABLE", "a named pipe");
    await rejects("/dev/null", "TENON_ARTIFACT_UNREADABLE", "a device");
    await rejects(path("socket.js"), "TENON_ARTIFACT_UNREADABLE", "a socket");
    await rejects(path("broken.js"), "TENON_ARTIFACT_UNREADABLE", "a link to a file that does not exist");
    await rejects(path("circle.js"), "TENON_ARTIFACT_UNREADABLE", "form a loop");
    await new Promise((resolve) => server.close(resolve));
  });

  test("a folder without an entry", async () => {
    await write({
      "p/readme.md": "x",
      "q/tenon.json": '{"entry": "mian.js"}',
      "q/main.js": "1",
      "r/package.json": '{"main": "dist/a.js"}',
    });
    await mkdir(path("none"));
    await rejects(path("none"), "TENON_ARTIFACT_ENTRY", "is an empty folder");
    await rejects(path("p"), "TENON_ARTIFACT_ENTRY", "found readme.md");
    await rejects(path("q"), "TENON_ARTIFACT_ENTRY", 'names mian.js, which is not a file; did you mean "main.js"?');
    await rejects(path("r"), "TENON_ARTIFACT_ENTRY", '"main" names dist/a.js, which is not a file');
  });

  test("an artifact that is not a path", async () => {
    await rejects("", "TENON_OPTION_INVALID", "is empty");
    await rejects("a\0b", "TENON_OPTION_INVALID", "NUL");
    await rejects(new URL("https://example.org/a.js"), "TENON_OPTION_INVALID", "is not a file: URL");
    await rejects(42 as unknown as string, "TENON_OPTION_INVALID", "got number");
  });

  test.each([
    ["{", "not valid JSON"],
    ['{\n  "entry": "a.js",,\n}', "(line 2, column 19)"],
    ["[]", "expected an object, got an array"],
    ['{"entri": "a.js"}', 'unknown field "entri"; did you mean "entry"?'],
    ['{"colour": 1}', 'unknown field "colour"; use name, version'],
    ['{"__proto__": 1}', 'unknown field "__proto__"'],
    ['{"name": 5}', '"name": expected a non-empty string without control characters, got 5'],
    ['{"name": "a\\u0000"}', '"name": expected a non-empty string'],
    ['{"version": "1.0"}', '"version": expected a semantic version such as "1.2.3", got "1.0"'],
    ['{"entry": "../a.js"}', '"entry": expected a path inside the plugin\'s own folder'],
    ['{"entry": "/etc/passwd"}', '"entry": expected a path inside the plugin\'s own folder'],
    ['{"contract": {"path": "a.wit", "word": "b"}}', "only the fields path and world"],
    ['{"contract": {"world": "b"}}', '"contract.path": expected a path'],
    ['{"contract": "gone.wit"}', '"contract" names gone.wit, which does not exist'],
    ['{"contract": "a.js"}', "expected the contract as a .wit file"],
    ['{"settings": true}', '"settings": expected a JSON Schema'],
    ['{"priority": "high"}', '"priority": expected a number, got "high"'],
    ['{"requires": {"base": "latest-ish"}}', '"requires.base": expected a version range'],
    ['{"grants": []}', '"grants": expected an object, got []'],
    ['{"grants": {"netwrok": []}}', 'unknown field "grants.netwrok"; did you mean "network"?'],
    ['{"grants": {"clock": 0}}', 'unknown field "grants.clock"'],
    ['{"grants": {"unenforced": "allow"}}', 'unknown field "grants.unenforced"'],
    [
      '{"grants": {"environment": ["HOME"]}}',
      '"grants.environment": expected variables by name, such as {"LANG": true}',
    ],
    ['{"grants": {"environment": {"A=B": true}}}', '"grants.environment": "A=B": the name of an environment variable'],
    ['{"grants": {"network": ["https://a.com"]}}', '"grants.network": "https://a.com": expected a host name'],
    ['{"grants": {"listen": ["a.com:80"]}}', '"grants.listen": "a.com:80": expected an IP address and a port'],
    ['{"grants": {"folders": {"data": "."}}}', '"grants.folders": "data": the path for the plugin must start with /'],
    ['{"grants": {"folders": {"/a": {"path": ".", "wirte": true}}}}', 'did you mean "write"?'],
    ['{"grants": {"programs": ["./a"]}}', '"grants.programs": "./a": expected an absolute path, or a name'],
    [
      '{"grants": {"resources": {"memory": -1}}}',
      '"grants.resources.memory": expected a whole number of 1 or more, got -1',
    ],
    ['{"grants": {"reasons": {"networks": "x"}}}', 'unknown field "grants.reasons.networks"; did you mean "network"?'],
    ['{"grants": {"reasons": {"network": "a\\u001b[2Jb"}}}', '"grants.reasons.network": expected a sentence'],
    ['{"grants": {"environment": {"A\\u202eB": true}}}', "it contains control characters or invisible ones"],
  ])("the manifest %s", async (json, message) => {
    await write({ "p/tenon.json": json, "p/a.js": "1", "p/index.js": "1" });
    await rejects(path("p"), "TENON_MANIFEST_INVALID", message);
    await rejects(path("p"), "TENON_MANIFEST_INVALID", path("p"));
  });

  test("a package.json whose field tenon is not valid", async () => {
    await write({ "p/package.json": '{"tenon": {"priority": null}}', "p/index.js": "1" });
    await rejects(path("p"), "TENON_MANIFEST_INVALID", '"tenon.priority": expected a number, got null');
  });

  test("a manifest that is for another file, or is a folder", async () => {
    await write({ "a.js": "1", "a.tenon.json": '{"entry": "b.js"}', "b.js": "1", "b.tenon.json/x": "1" });
    await rejects(
      path("a.js"),
      "TENON_MANIFEST_INVALID",
      'expected "a.js", the file that this manifest belongs to, or no entry; got "b.js"',
    );
    await rejects(path("b.js"), "TENON_MANIFEST_INVALID", "not a regular file");
  });

  test("a contract that cannot be parsed", async () => {
    await write({ "a.js": "1", "a.wit": "package a:b;\nworld x {\n  exprt y: func();\n}\n" });
    await rejects(path("a.js"), "TENON_CONTRACT_SYNTAX", "a.wit:3:");
  });
});
