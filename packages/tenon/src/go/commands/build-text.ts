import type { GoBuild } from "../../builders/go/index.js";
import type { CommandOutput } from "../../contributions/index.js";
import { shellWord } from "../../errors/shell-word.js";
import { findingLines } from "../../terminal/finding-text.js";

const outcomes = { opens: "the host will open it", unknown: "not known whether the host will open it" } as const;

/** Returns the result of a build for people. */
export function buildLines(build: GoBuild, output: CommandOutput): string[] {
  const { colours } = output;
  const outcome = build.verdict?.outcome;
  const verified = outcome === "opens" || outcome === "unknown" ? outcomes[outcome] : "not verified";
  const paint = outcome === "opens" ? colours.green : colours.yellow;
  const pins = build.pins.filter(({ version, instead }) => version !== instead && version !== "(devel)");
  return [
    `${paint(colours.bold("built"))}  ${build.output} ${colours.dim(`(${build.size?.toLocaleString("en")} bytes, ${build.toolchain.release})`)}: ${verified}`,
    ...pins.map(
      ({ path, version, instead }) => `  ${path} ${version} ${colours.dim(`(the plugin alone: ${instead ?? "none"})`)}`,
    ),
    ...(output.verbose
      ? [...build.paths.map(({ from, to }) => `  ${from} compiled as ${to}`), ...planLines(build)]
      : []),
    ...build.findings.flatMap((item) => findingLines(item, colours).map((line) => `  ${line}`)),
  ];
}

/** Returns the command with its variables, to paste into a shell, and the go.mod that it uses. */
export function planLines({ command }: GoBuild): string[] {
  return [
    `cd ${shellWord(command.folder)}`,
    ...Object.entries(command.environment).map(([name, value]) => `export ${name}=${shellWord(value)}`),
    command.words.map(shellWord).join(" "),
    "# with this go.mod:",
    ...command.moduleFile
      .trimEnd()
      .split("\n")
      .map((line) => `#   ${line}`.trimEnd()),
  ];
}
