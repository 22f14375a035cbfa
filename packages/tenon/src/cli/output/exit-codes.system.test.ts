import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runCli } from "../fixtures/in-process.mjs";
import { contractsFolder, kitchen, scratchFolder } from "../fixtures/start-cli.mjs";

const greeter = join(contractsFolder, "greeter.wit");

/** Every command that reads a file or folder, given what to read. */
const commands: Readonly<Record<string, (path: string) => string[]>> = {
  check: (path) => ["check", path],
  "check --contract": (path) => ["check", kitchen, "--contract", path],
  build: (path) => ["build", path],
  inspect: (path) => ["inspect", path],
  run: (path) => ["run", path, "greet"],
  "run --contract": (path) => ["run", kitchen, "--contract", path],
  "run --settings": (path) => ["run", kitchen, "nothing", "--settings", `@${path}`],
  serve: (path) => ["serve", path],
  "contract convert": (path) => ["contract", "convert", path, "--to", "wit"],
  "contract diff": (path) => ["contract", "diff", greeter, path],
  "contract fingerprint": (path) => ["contract", "fingerprint", path],
  "go deps": (path) => ["go", "deps", path],
  "go build --for": (path) => ["go", "build", "--for", path, ".", "-o", "x.so"],
  "go doctor": (path) => ["go", "doctor", path],
  list: (path) => ["list", path],
};

/** What each command exits with when it is given something of a kind. */
const expected: Readonly<Record<string, Partial<Record<string, number>> & { readonly default: number }>> = {
  "a missing file": { default: 2 },
  "a link to nothing": { default: 2 },
  // The file is there, and is not what it should be.
  "an empty file": {
    default: 2,
    check: 1,
    build: 1,
    inspect: 1,
    run: 1,
    serve: 1,
    "go deps": 1,
    "go build --for": 1,
    list: 0,
  },
  "an empty folder": { default: 2, check: 1, build: 1, inspect: 1, run: 1, serve: 1, "go doctor": 1, list: 0 },
};

const cases = Object.entries(expected).flatMap(([what, codes]) =>
  Object.keys(commands).map((command) => [command, what, codes[command] ?? codes.default] as const),
);

test.each(cases)("%s with %s exits with %i", async (command, what, code) => {
  const folder = scratchFolder();
  const path = join(folder, "given");
  if (what === "a link to nothing") symlinkSync(join(folder, "nowhere"), path);
  if (what === "an empty file") writeFileSync(path, "");
  if (what === "an empty folder") mkdirSync(path);
  const result = await runCli(commands[command]?.(path) ?? []);
  expect(result).toMatchObject({ code });
  if (code !== 0) expect(result.stdout + result.stderr).toContain("To fix this:");
});
