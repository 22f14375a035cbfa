import { Command, Option } from "commander";
import { expect, test } from "vitest";
import { runCli, runJson } from "../fixtures/in-process.mjs";
import { placeNames } from "../options/option-values.js";
import { describeCommands } from "./describe.js";
import { fishScript } from "./fish.js";
import { zshScript } from "./zsh.js";

const program = new Command("tenon").option("--json", "print a document");
program
  .command("run")
  .description("Call a plugin's function")
  .addOption(new Option("--place <PLACE>", "where: there").choices(["inline", "worker"]))
  .option("-o, --out <FILE>", "to a file");
program.command("contract").description("Contracts").command("diff").description("Compare");
const described = describeCommands(program);

test("zsh: quotes and colons are escaped, values and files are proposed", () => {
  const script = zshScript(described);
  expect(script).toMatch(/^#compdef tenon\n/);
  expect(script).toContain("'run:Call a plugin'\\''s function'");
  expect(script).toContain("'run:--place') compadd -- 'inline' 'worker'; return ;;");
  expect(script).toContain("'run:--out'|'run:-o') _files; return ;;");
  expect(script).toContain("'contract:diff') command='contract diff'; position=0 ;;");
});

test("fish: each line names the command that it applies to", () => {
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

test("an unknown shell is a usage error", async () => {
  expect((await runCli(["completion", "tcsh"])).code).toBe(2);
  expect((await runJson(["completion", "zsh"])).document).toMatchObject({
    shell: "zsh",
    script: expect.stringContaining("compdef"),
  });
});

test.each(["bash", "zsh", "fish"])("the script for %s knows every place", async (shell) => {
  const { stdout } = await runCli(["completion", shell]);
  const quoted = shell === "zsh" ? placeNames.map((name) => `'${name}'`) : placeNames;
  expect(stdout).toContain(quoted.join(" "));
});
