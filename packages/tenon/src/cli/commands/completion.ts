import { Argument, Command } from "commander";
import { bashScript } from "../completion/bash.js";
import { describeCommands } from "../completion/describe.js";
import { fishScript } from "../completion/fish.js";
import { zshScript } from "../completion/zsh.js";
import type { Output } from "../output/output.js";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
type Shell = keyof typeof scripts;

/** `tenon completion`: prints a script with which a shell completes commands, options and files. */
export function completionCommand(program: Command, output: Output): Command {
  return new Command("completion")
    .description("Print a completion script for a shell.")
    .addArgument(new Argument("<SHELL>", "shell to complete in").choices(Object.keys(scripts)))
    .addHelpText(
      "after",
      `
Examples:
  source <(tenon completion bash)                          in ~/.bashrc
  tenon completion zsh > "\${fpath[1]}/_tenon"
  tenon completion fish > ~/.config/fish/completions/tenon.fish`,
    )
    .action(async (shell: Shell) => {
      const script = scripts[shell](describeCommands(program));
      if (output.json) output.document({ shell, script });
      else await output.write(script);
    });
}
