import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

const wit = "package demo:kit@1.0.0;\nworld kit { export greet: func() -> string; }\n";

/** A fake of the package that builds components: it builds an empty one. */
function withPackage(folder: string): void {
  const home = join(folder, "node_modules", "@bytecodealliance", "componentize-js");
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "package.json"), JSON.stringify({ version: "0.0.1", exports: { import: "./main.mjs" } }));
  const program = "export const componentize = () => ({ component: Buffer.from([0, 97, 115, 109, 13, 0, 1, 0]) });";
  writeFileSync(join(home, "main.mjs"), program);
}

function scriptPlugin(): string {
  const folder = scratchFolder();
  writeFileSync(join(folder, "hello.wit"), wit);
  writeFileSync(join(folder, "hello.ts"), "export const greet = (): string => 'hello';");
  return folder;
}

test("TypeScript becomes a component that carries its contract, and is cached", async () => {
  const cwd = scriptPlugin();
  const options = { cwd, environment: { XDG_CACHE_HOME: join(cwd, "cache") } };
  withPackage(cwd);
  const first = await runJson(["build", "hello.ts"], options);
  expect(first).toMatchObject({ code: 0, document: { file: "hello.wasm", cached: false } });
  const bytes = readFileSync(join(cwd, "hello.wasm"));
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0, 97, 115, 109, 13, 0, 1, 0]));
  expect(bytes.toString()).toContain("package demo:kit@1.0.0;");
  expect(await runJson(["build", "hello.ts"], options)).toMatchObject({ document: { cached: true } });
});

test("a missing package, a wrong output name and a file that is not source are reported", async () => {
  const cwd = scriptPlugin();
  const missing = await runCli(["build", "hello.ts"], { cwd });
  expect(missing).toMatchObject({ code: 1 });
  expect(missing.stderr).toContain("npm install --save-dev @bytecodealliance/componentize-js");
  const named = await runCli(["build", "hello.ts", "-o", "hello.js"], { cwd });
  expect(named).toMatchObject({ code: 2 });
  expect(named.stderr).toContain("expected a file name that ends in .wasm");
  writeFileSync(join(cwd, "notes.txt"), "nothing to build");
  expect((await runCli(["build", "notes.txt"], { cwd })).stderr).toContain("[TENON_ARTIFACT_UNKNOWN]");
});
