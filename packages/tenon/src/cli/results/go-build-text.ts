import type { GoBuild } from "../../builders/go/index.js";
import { findingLines } from "../finding-text.js";
import type { Output } from "../output.js";

const outcomes = { opens: "the host will open it", unknown: "whether the host opens it cannot be told" } as const;

/** A plugin that was built, for people. */
export function buildLines(build: GoBuild, output: Output): string[] {
  const { colours } = output;
  const outcome = build.verdict?.outcome;
  const verified = outcome === "opens" || outcome === "unknown" ? outcomes[outcome] : "not verified";
  const paint = outcome === "opens" ? colours.green : colours.yellow;
  const pins = build.pins.filter(({ version, instead }) => version !== instead && version !== "(devel)");
  return [
    `${paint(colours.bold("built"))}  ${build.output} ${colours.dim(`(${build.size?.toLocaleString("en")} bytes, ${build.toolchain.release})`)}: ${verified}`,
    ...pins.map(
      ({ path, version, instead }) => `  ${path} ${version} ${colours.dim(`(by itself: ${instead ?? "none"})`)}`,
    ),
    ...(output.verbose
      ? [...build.paths.map(({ from, to }) => `  ${from} compiled as ${to}`), ...planLines(build)]
      : []),
    ...build.findings.flatMap((item) => findingLines(item, colours).map((line) => `  ${line}`)),
  ];
}

/** The command with its variables, as a shell would take it, and the go.mod that it uses. */
export function planLines({ command }: GoBuild): string[] {
  return [
    `cd ${quoted(command.folder)}`,
    ...Object.entries(command.environment).map(([name, value]) => `export ${name}=${quoted(value)}`),
    command.words.map(quoted).join(" "),
    "# with this go.mod:",
    ...command.moduleFile
      .trimEnd()
      .split("\n")
      .map((line) => `#   ${line}`.trimEnd()),
  ];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
