import { allCommands, type CompletionCommand, type CompletionOption } from "./describe.js";

/** Returns a completion script for zsh: saved in a folder of `fpath` as `_tenon`, or sourced. */
export function zshScript(program: CompletionCommand): string {
  const commands = allCommands(program);
  return `#compdef tenon
# Completion for tenon in zsh: source <(tenon completion zsh)
_tenon() {
  local command="" position=0 index
  local -a found
  for ((index = 2; index < CURRENT; index++)); do
    case "$command:\${words[index]}" in
${commands
  .flatMap((command) =>
    command.children.map(
      (child) => `      ${quote(`${command.path}:${child.name}`)}) command=${quote(child.path)}; position=0 ;;`,
    ),
  )
  .join("\n")}
      *:-*) ;;
      *) position=$((position + 1)) ;;
    esac
  done
  case "$command:\${words[CURRENT-1]}" in
${commands.flatMap((command) => command.options.filter(({ takesValue }) => takesValue).map((option) => valueCase(command.path, option))).join("\n")}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    case "$command" in
${commands.map(({ path, options }) => `      ${quote(path)}) found=(${options.map((option) => described(option.names[0] ?? "", option.description)).join(" ")}) ;;`).join("\n")}
    esac
    _describe -o option found
    return
  fi
  case "$command:$position" in
${commands
  .filter(({ children, words }) => children.length + words.length > 0)
  .map(({ path, children, words }) => {
    const list =
      children.length > 0 ? children.map((child) => described(child.name, child.description)) : words.map(quote);
    return `    ${quote(`${path}:0`)}) found=(${list.join(" ")}); _describe ${children.length > 0 ? "command" : "argument"} found; return ;;`;
  })
  .join("\n")}
  esac
  _files
}

if [[ "\${funcstack[1]}" == _tenon ]]; then _tenon "$@"; else compdef _tenon tenon; fi
`;
}

function valueCase(path: string, { names, values, takesFile }: CompletionOption): string {
  const patterns = names.map((name) => quote(`${path}:${name}`)).join("|");
  if (values.length > 0) return `    ${patterns}) compadd -- ${values.map(quote).join(" ")}; return ;;`;
  return `    ${patterns}) ${takesFile ? "_files; " : ""}return ;;`;
}

function described(name: string, description: string): string {
  return quote(`${name.replaceAll(":", "\\:")}:${description}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
