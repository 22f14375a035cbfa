import type { BuildNotes, Contribution } from "../../contributions/index.js";

const width = 80;

/** Returns which languages can be built, what each needs, and which of the plugin's code runs meanwhile. */
export function buildHelp(notes: readonly BuildNotes[]): string {
  const column = Math.max(...notes.map(({ language }) => language.length)) + 2;
  const toolchains = notes.flatMap(({ language, toolchain }) =>
    toolchain.map((line, index) => `  ${(index === 0 ? language : "").padEnd(column)}${line}`),
  );
  const quiet = notes.filter(({ runs }) => runs === undefined).map(({ language }) => language);
  const sentences = [
    ...(quiet.length === 0 ? [] : [`Building ${listed(quiet, "and")} runs no code of the plugin.`]),
    ...notes.flatMap(({ runs }) => runs ?? []),
  ];
  return ["Needs one of these tool chains:", ...toolchains, "", ...wrapped(sentences.join(" "))].join("\n");
}

/** Returns the languages whose errors can show files and lines after a build. */
export function languagesWithLines(notes: readonly BuildNotes[]): string {
  return listed(
    notes.filter(({ keepsLines }) => keepsLines === true).map(({ language }) => language),
    "and",
  );
}

/** Returns what source is compiled to: `a WebAssembly file`. */
export function targetsOf(notes: readonly BuildNotes[]): string {
  return listed([...new Set(notes.map(({ to }) => to.what))], "or");
}

/** Returns the languages that can be built: `one, another or a third`. */
export function languagesOf(contributions: readonly Contribution[]): string {
  return listed(
    contributions.flatMap(({ build }) => build?.language ?? []),
    "or",
  );
}

function listed(words: readonly string[], last: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words[words.length - 1]}`;
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line === undefined || line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
