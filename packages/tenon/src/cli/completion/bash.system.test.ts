import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { runCli } from "../fixtures/in-process.mjs";
import { scratchFolder } from "../fixtures/start-cli.mjs";

const run = promisify(execFile);

/** Returns what bash proposes for each line, whose last word is incomplete. */
async function completions(cwd: string, lines: readonly (readonly string[])[]): Promise<string[][]> {
  const { stdout: script } = await runCli(["completion", "bash"]);
  writeFileSync(join(cwd, "script"), script);
  const simulate = `source ./script
offer() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _tenon; printf '%s\\t' "\${COMPREPLY[@]}"; echo; }
${lines.map((words) => `offer ${words.map((word) => `'${word}'`).join(" ")}`).join("\n")}`;
  const { stdout, stderr } = await run("bash", ["--norc", "-c", simulate], { cwd });
  expect(stderr).toBe("");
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) =>
      line
        .split("\t")
        .filter((word) => word !== "")
        .sort(),
    );
}

test("bash completes commands, options, values and files", async () => {
  const cwd = scratchFolder();
  mkdirSync(join(cwd, "plugins"));
  writeFileSync(join(cwd, "two words.js"), "");
  const cases: [string[], string[]][] = [
    [
      ["tenon", "c"],
      ["check", "completion", "consent", "contract"],
    ],
    [["tenon", "--json", "ins"], ["inspect"]],
    [
      ["tenon", "contract", ""],
      ["convert", "diff", "fingerprint", "import"],
    ],
    [["tenon", "contract", "convert", "x", "--t"], ["--to"]],
    [
      ["tenon", "contract", "convert", "x", "--to", ""],
      ["d.ts", "json", "proto", "wit"],
    ],
    [
      ["tenon", "run", "x", "--place", "w"],
      ["worker", "worker-pool"],
    ],
    [["tenon", "run", "x", "--place", "=", "i"], ["inline"]],
    [
      ["tenon", "run", "x", "--place", "="],
      ["inline", "process", "worker", "worker-pool"],
    ],
    [["tenon", "run", "x", "--deadline", ""], []],
    [["tenon", "run", "pl"], ["plugins"]],
    [["tenon", "check", "x", "--contract", "two"], ["two words.js"]],
    [
      ["tenon", "check", "x", "--co"],
      ["--color", "--config", "--contract"],
    ],
    [
      ["tenon", "new", ""],
      ["host", "plugin"],
    ],
    [["tenon", "new", "plugin", "pl"], ["plugins"]],
    [["tenon", "completion", "f"], ["fish"]],
  ];
  expect(
    await completions(
      cwd,
      cases.map(([words]) => words),
    ),
  ).toEqual(cases.map(([, offered]) => offered));
});
