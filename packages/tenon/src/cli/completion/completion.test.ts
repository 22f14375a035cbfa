import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Command, Option } from "commander";
import { expect, test } from "vitest";
import { runCli, runJson, scratchFolder } from "../fixtures/start-cli.mjs";
import { describeCommands } from "./describe.js";
import { fishScript } from "./fish.js";
import { zshScript } from "./zsh.js";

const run = promisify(execFile);

/** What bash offers for the words, the last of which is being written. */
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
      ["check", "completion", "contract"],
    ],
    [["tenon", "--json", "ins"], ["inspect"]],
    [
      ["tenon", "contract", ""],
      ["convert", "diff", "fingerprint"],
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
      ["--color", "--contract"],
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

const program = new Command("tenon").option("--json", "print a document");
program
  .command("run")
  .description("Call a plugin's function")
  .addOption(new Option("--place <PLACE>", "where: there").choices(["inline", "worker"]))
  .option("-o, --out <FILE>", "to a file");
program.command("contract").description("Contracts").command("diff").description("Compare");
const described = describeCommands(program);

test("zsh: quotes and colons are escaped, values and files offered", () => {
  const script = zshScript(described);
  expect(script).toMatch(/^#compdef tenon\n/);
  expect(script).toContain("'run:Call a plugin'\\''s function'");
  expect(script).toContain("'run:--place') compadd -- 'inline' 'worker'; return ;;");
  expect(script).toContain("'run:--out'|'run:-o') _files; return ;;");
  expect(script).toContain("'contract:diff') command='contract diff'; position=0 ;;");
});

test("fish: each line names the command in which it holds", () => {
  const lines = fishScript(described).split("\n");
  expect(lines).toContain(
    "complete -c tenon -f -n 'not __fish_seen_subcommand_from run contract' -a 'run' -d 'Call a plugin\\'s function'",
  );
  expect(lines).toContain(
    "complete -c tenon -n '__fish_seen_subcommand_from run' -l place -x -a 'inline worker' -d 'where: there'",
  );
  expect(lines).toContain("complete -c tenon -n '__fish_seen_subcommand_from run' -l out -s o -r -d 'to a file'");
  expect(lines).toContain(
    "complete -c tenon -n '__fish_seen_subcommand_from contract; and __fish_seen_subcommand_from diff' -l json -d 'print a document'",
  );
});

test("a shell that there is not is a mistake in the command line", async () => {
  expect((await runCli(["completion", "tcsh"])).code).toBe(2);
  expect((await runJson(["completion", "zsh"])).document).toMatchObject({
    shell: "zsh",
    script: expect.stringContaining("compdef"),
  });
});
