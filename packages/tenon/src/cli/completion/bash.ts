import { allCommands, type CompletionCommand } from "./describe.js";

/** Returns a completion script for bash 3.2 and later. */
export function bashScript(program: CompletionCommand): string {
  const commands = allCommands(program);
  return `# Completion for tenon in bash: source <(tenon completion bash)
_tenon() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" position=0 index
  COMPREPLY=()
  # Bash splits --place=worker into three words.
  if [[ "$current" == "=" ]]; then current=""
  elif [[ "$previous" == "=" && COMP_CWORD -gt 1 ]]; then previous="\${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case "$command:\${COMP_WORDS[index]}" in
${branches(commands)}
      *:-*) ;;
      *) position=$((position + 1)) ;;
    esac
  done
  case "$command:$previous" in
${values(commands)}
  esac
  if [[ "$current" == -* ]]; then
    case "$command" in
${options(commands)}
    esac
    return
  fi
  case "$command:$position" in
${words(commands)}
  esac
  _tenon_files "$current"
}

_tenon_files() {
  local name
  while IFS= read -r name; do COMPREPLY+=("$name"); done < <(compgen -f -- "$1")
  compopt -o filenames 2>/dev/null
}

complete -F _tenon tenon
`;
}

function branches(commands: readonly CompletionCommand[]): string {
  return commands
    .flatMap((command) =>
      command.children.map((child) => `      "${command.path}:${child.name}") command="${child.path}" position=0 ;;`),
    )
    .join("\n");
}

function values(commands: readonly CompletionCommand[]): string {
  const lines = commands.flatMap(({ path, options: all }) =>
    all
      .filter(({ takesValue }) => takesValue)
      .map((option) => {
        const patterns = option.names.map((name) => `"${path}:${name}"`).join("|");
        if (option.values.length > 0) return `    ${patterns}) ${reply(option.values)}; return ;;`;
        return option.takesFile ? `    ${patterns}) _tenon_files "$current"; return ;;` : `    ${patterns}) return ;;`;
      }),
  );
  return lines.join("\n");
}

function options(commands: readonly CompletionCommand[]): string {
  return commands
    .map(({ path, options: all }) => `      "${path}") ${reply(all.map(({ names }) => names[0] ?? ""))} ;;`)
    .join("\n");
}

function words(commands: readonly CompletionCommand[]): string {
  return commands
    .map(({ path, children, words: own }) => ({
      path,
      list: children.length > 0 ? children.map(({ name }) => name) : own,
    }))
    .filter(({ list }) => list.length > 0)
    .map(({ path, list }) => `    "${path}:0") ${reply(list)}; return ;;`)
    .join("\n");
}

function reply(list: readonly string[]): string {
  return `COMPREPLY=($(compgen -W "${list.join(" ")}" -- "$current"))`;
}
