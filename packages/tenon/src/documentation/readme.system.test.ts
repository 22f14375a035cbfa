import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const run = promisify(execFile);
const tenonPackage = fileURLToPath(new URL("../..", import.meta.url));
const readme = new URL("../../../../README.md", import.meta.url);

interface Sample {
  /** Contents by path: every fenced block whose first line is a comment with a path. */
  readonly files: ReadonlyMap<string, string>;
  /** The lines of the fenced blocks of shell. */
  readonly commands: readonly string[];
  /** What the README says that the commands print. */
  readonly output: string;
}

/** Reads the section "Example" of the README. */
function readSample(text: string): Sample {
  const [section = ""] = /^## Example\n.*?(?=^## )/ms.exec(text) ?? [];
  const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
    language,
    code,
  }));
  const codeIn = (language: string) => blocks.filter((block) => block.language === language).map(({ code }) => code);
  return {
    files: new Map(
      blocks.flatMap(({ code }) => {
        const [, path] = /^\/\/ (\S+\.\w+)\n/.exec(code) ?? [];
        return path === undefined ? [] : [[path, code] as const];
      }),
    ),
    commands: codeIn("sh").flatMap((code) => code.trim().split("\n")),
    output: codeIn("text").join(""),
  };
}

describe("the example in the README", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tenon-readme-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("runs as printed in an empty folder, and prints what the README says", async () => {
    const { files, commands, output } = readSample(await readFile(readme, "utf8"));
    expect([...files.keys()]).toContain("host.mjs");
    const [install, ...others] = commands;

    // Stands in for the registry: the package as it was built here.
    expect(install).toBe("npm install tenon");
    await mkdir(join(folder, "node_modules"));
    await symlink(tenonPackage, join(folder, "node_modules/tenon"), "junction");

    for (const [path, text] of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    expect(others).not.toEqual([]);
    let printed = "";
    for (const command of others) {
      const [program = "", ...parameters] = command.split(" ");
      const { stdout, stderr } = await run(program, parameters, {
        cwd: folder,
        env: { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) },
      });
      expect(stderr).toBe("");
      printed += stdout;
    }
    expect(printed).toBe(output);
  });
});
