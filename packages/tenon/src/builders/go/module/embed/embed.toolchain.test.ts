import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { missing, needs } from "@tenon/fixtures/tests";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEmbedPatterns } from "./directives.js";
import { isEmbeddable } from "./embeddable-name.js";
import { findEmbeddedFiles } from "./embedded-files.js";
import { compilePattern } from "./pattern.js";

const hasGo = spawnSync("go", ["version"]).status === 0;
if (!hasGo) console.log("skipping the comparison of patterns with the go command: there is no go on PATH");

let folder = "";
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "tenon-embed-")));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(names: readonly string[], below = ""): Promise<void> {
  for (const name of names) {
    const path = join(folder, below, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `content of ${name}`);
  }
}

const patternsOf = (source: string) =>
  readEmbedPatterns("a.go", source).map(({ line, column, text }) => [line, column, text]);

describe("lines of //go:embed", () => {
  it("have patterns, plain or quoted, each with its position", () => {
    const source = [
      "package main",
      'import _ "embed"',
      "//go:embed pages all:more/*.txt",
      "var pages string",
      "var (",
      '\t//go:embed "with space" `raw name` "a\\u00fc"',
      "\tother string",
      ")",
    ].join("\n");
    expect(patternsOf(source)).toEqual([
      [3, 12, "pages"],
      [3, 18, "all:more/*.txt"],
      [6, 13, "with space"],
      [6, 26, "raw name"],
      [6, 37, "aü"],
    ]);
  });

  it("are alone on their lines, outside of strings and comments", () => {
    expect(patternsOf("x := 1 //go:embed a\n")).toEqual([]);
    expect(patternsOf("// go:embed a\n//go:embedded b\n")).toEqual([]);
    expect(patternsOf("/*\n//go:embed a\n*/\nvar x = `\n//go:embed b\n`\nvar y = '\\''\n//go:embed c\n")).toEqual([
      [8, 12, "c"],
    ]);
  });
});

describe("a pattern", () => {
  const matches = (pattern: string, name: string) => {
    const [part, ...rest] = compilePattern(pattern) ?? [];
    expect(rest).toEqual([]);
    return part?.expression.test(name);
  };
  it.each([
    ["*.txt", "a.txt", true],
    ["*.txt", ".txt", true],
    ["a?c", "aüc", true],
    ["a?c", "ac", false],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["[^a-c]x", "dx", true],
    ["[z-a]x", "bx", false],
    ["[\\]-a]", "]", true],
    ["a.b+c(d)", "a.b+c(d)", true],
    ["a.b", "axb", false],
  ])("%s matches %s: %s", (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it.each([
    "",
    ".",
    "..",
    "../a",
    "/a",
    "a/",
    "a//b",
    "a/./b",
    "a/../b",
    "[",
    "[a",
    "[]",
    "[a-]",
    "[-a]",
    "a\\",
    "a/[x",
  ])("%j is invalid", (pattern) => {
    expect(compilePattern(pattern)).toBeUndefined();
  });
});

it("names that no module may have are not embedded", () => {
  for (const name of ["a.txt", ".hidden", "with space", "ünï", "a~1", "console"]) expect(isEmbeddable(name)).toBe(true);
  for (const name of ["a:b", "a*b", "nul", "CON.txt", "a.", ".git", "a|b", "quo'te", "a\nb", "..."])
    expect(isEmbeddable(name)).toBe(false);
});

describe("what patterns name", () => {
  const find = (...texts: string[]) =>
    findEmbeddedFiles(
      folder,
      texts.map((text) => ({ path: join(folder, "main.go"), line: 1, column: 1, text })),
    );

  it("is found, with its hash and the folders where new files would be embedded", async () => {
    await write(["a.txt", "pages/one.html", "pages/deep/two.html", "pages/.hidden", "pages/_draft"]);
    const { patterns, files, folders, problems } = await find("a.txt", "pages", "all:pages");
    expect(problems).toEqual([]);
    expect(Object.fromEntries(patterns)).toEqual({
      "a.txt": ["a.txt"],
      pages: ["pages/deep/two.html", "pages/one.html"],
      "all:pages": ["pages/.hidden", "pages/_draft", "pages/deep/two.html", "pages/one.html"],
    });
    expect(files.get("a.txt")).toEqual({ path: join(folder, "a.txt"), digest: expect.stringMatching(/^[\da-f]{64}$/) });
    expect([...folders].sort()).toEqual([join(folder, "pages"), join(folder, "pages/deep")]);
    await writeFile(join(folder, "a.txt"), "changed");
    expect((await find("a.txt")).files.get("a.txt")?.digest).not.toBe(files.get("a.txt")?.digest);
  });

  it("is rejected if it is outside of the package or missing", async () => {
    await write(["outside/secret.txt", "own/a.txt"]);
    folder = join(folder, "own");
    await symlink("../outside/secret.txt", join(folder, "link.txt"));
    await symlink("../outside", join(folder, "linked"));
    const told = async (text: string) => (await find(text)).problems.map((each) => each.text);
    expect(await told("absent")).toEqual(["pattern absent: no matching files found"]);
    expect(await told("../outside/secret.txt")).toEqual(["pattern ../outside/secret.txt: invalid pattern syntax"]);
    expect(await told("link.txt")).toEqual(["pattern link.txt: cannot embed irregular file link.txt"]);
    expect(await told("linked")).toEqual(["pattern linked: cannot embed irregular file linked"]);
    expect(await told("linked/*")).toEqual([
      "pattern linked/*: cannot embed file linked/secret.txt: in non-directory linked",
    ]);
    folder = dirname(folder);
  });
});

const trees: Readonly<Record<string, readonly string[]>> = {
  plain: ["a.txt", "b.txt", "c.md"],
  folders: ["d/a.txt", "d/e/b.txt", "d/.h/c.txt", "d/_u/c.txt", "d/.hidden", "_top/x", ".dot/y"],
  modules: ["d/go.mod", "d/a.txt", "e/f/go.mod", "e/f/a.txt", "e/b.txt"],
  odd: ["with space.txt", "nul/a.txt", "d/quo'te.txt", "e/ünï.txt", "f/nul.txt", "g/aux/x", "g/y"],
  empty: ["d/.only"],
};
const patterns = [
  "*",
  "*.txt",
  "d",
  "all:d",
  "d/*",
  "*/*",
  "e",
  "e/*",
  "all:*",
  "_top",
  ".dot",
  "[a-b].txt",
  "b\\\\.txt",
  "nul",
  "f",
  "g",
  "absent",
  "d/../a.txt",
  "?/?.txt",
  "[",
];

needs(missing.go()).test("is the same as what the go command finds", { timeout: 120_000 }, async () => {
  const cases = Object.entries(trees).flatMap(([tree, files]) =>
    patterns.map((pattern, index) => ({ name: `${tree}${index}`, files, pattern })),
  );
  await writeFile(join(folder, "go.mod"), "module example.com/patterns\n\ngo 1.24\n");
  for (const { name, files, pattern } of cases) {
    await write(files, name);
    const source = `package p\n\nimport "embed"\n\n//go:embed "${pattern}"\nvar files embed.FS\n`;
    await writeFile(join(folder, name, "p.go"), source);
  }
  const format = '{{.Name}}\t{{.Dir}}\t{{join .EmbedFiles "|"}}\t{{with .Error}}{{printf "%q" .Err}}{{end}}';
  const words = ["list", "-e", "-f", format, ...cases.map(({ name }) => `./${name}`)];
  const { stdout } = spawnSync("go", words, { cwd: folder, encoding: "utf8", env: { ...process.env, GOFLAGS: "" } });
  const listed = new Map(stdout.split("\n").map((line) => [line.split("\t")[1], line.split("\t")]));
  for (const { name } of cases) {
    const at = join(folder, name);
    const source = await readFile(join(at, "p.go"), "utf8");
    const ours = await findEmbeddedFiles(at, readEmbedPatterns(join(at, "p.go"), source));
    const [, , files = "", error = ""] = listed.get(at) ?? [];
    const theirs = {
      files: files.split("|").filter((each) => each !== ""),
      error: error === "" ? "" : JSON.parse(error),
    };
    const mine = {
      files: ours.problems.length > 0 ? [] : [...ours.files.keys()].sort(),
      error: ours.problems[0]?.text ?? "",
    };
    expect({ name, ...mine }).toEqual({ name, ...theirs });
  }
});
