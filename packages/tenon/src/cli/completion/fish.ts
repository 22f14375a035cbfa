import { allCommands, type CompletionCommand, type CompletionOption } from "./describe.js";

/** Returns a completion script for fish. */
export function fishScript(program: CompletionCommand): string {
  const lines = ["# Completion for tenon in fish: tenon completion fish | source"];
  for (const command of allCommands(program)) {
    const condition = conditionOf(command);
    for (const child of command.children)
      lines.push(`complete -c tenon -f -n ${condition} -a ${quote(child.name)} -d ${quote(child.description)}`);
    if (command.words.length > 0)
      lines.push(`complete -c tenon -f -n ${condition} -a ${quote(command.words.join(" "))}`);
    for (const option of command.options)
      lines.push(`complete -c tenon -n ${condition}${optionWords(option)} -d ${quote(option.description)}`);
  }
  return `${lines.join("\n")}\n`;
}

/** Returns the condition that the cursor is in the command: its words are there, and none of its subcommands'. */
function conditionOf({ path, children }: CompletionCommand): string {
  const seen = path
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => `__fish_seen_subcommand_from ${word}`);
  const unseen =
    children.length === 0 ? [] : [`not __fish_seen_subcommand_from ${children.map(({ name }) => name).join(" ")}`];
  return quote([...seen, ...unseen].join("; and "));
}

function optionWords({ names, takesValue, values, takesFile }: CompletionOption): string {
  const words = names.map((name) => (name.startsWith("--") ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`)).join("");
  if (!takesValue) return words;
  if (values.length > 0) return `${words} -x -a ${quote(values.join(" "))}`;
  return `${words} ${takesFile ? "-r" : "-x"}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
