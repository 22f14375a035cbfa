import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "tenon-types-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
const modules = dirname(dirname(manifest));

/** Returns what the compiler says about a program. */
function compile(program: string): string {
  const file = join(folder, "host.mts");
  const head = `import { contract, createHost, open, t } from "tenon";
const kit = contract("demo:kit@1.0.0", { imports: { log: t.func([["text", t.string]]) }, exports: {} });\n`;
  writeFileSync(file, head + program);
  const options = "--noEmit --strict --pretty --skipLibCheck --target es2023 --module nodenext".split(" ");
  const { stdout } = spawnSync(process.execPath, [join(modules, "typescript", "bin", "tsc"), ...options, file], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout;
}

test("the compiler names the options with imports where open() and pool() lack them", { timeout: 60_000 }, () => {
  symlinkSync(modules, join(folder, "node_modules"), "dir");
  for (const call of [`open("x", kit)`, `createHost().open("x", kit)`, `createHost().pool("x", kit)`])
    expect(compile(`await ${call};`)).toContain(
      "Arguments for the rest parameter 'optionsWithImports' were not provided",
    );
  expect(compile(`await open("x", kit, {});`)).toContain("Property 'imports' is missing");
  expect(compile(`await open("x", kit, { imports: { log() {} } });`)).toBe("");
});
