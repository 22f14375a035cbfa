import { Argument, Command } from "commander";
import { bashScript } from "../completion/bash.js";
import { describeCommands } from "../completion/describe.js";
import { fishScript } from "../completion/fish.js";
import { zshScript } from "../completion/zsh.js";
import { outputOf } from "../global-options.js";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;
type Shell = keyof typeof scripts;

/** `tenon completion`: a script by which a shell completes commands, options and files. */
export function completionCommand(program: Command): Command {
  return new Command("completion")
    .description("Print a completion script for a shell.")
    .addArgument(new Argument("<SHELL>", "the shell").choices(Object.keys(scripts)))
    .addHelpText(
      "after",
      `
Examples:
  source <(tenon completion bash)                          in ~/.bashrc
  tenon completion zsh > "\${fpath[1]}/_tenon"
  tenon completion fish > ~/.config/fish/completions/tenon.fish`,
    )
    .action(async (shell: Shell, _options: object, command: Command) => {
      const output = outputOf(command);
      const script = scripts[shell](describeCommands(program));
      if (output.json) output.document({ shell, script });
      else await output.write(script);
    });
}
