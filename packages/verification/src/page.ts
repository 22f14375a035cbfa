import type { Part } from "./parts.js";
import type { Result } from "./result.js";

/** docs/verification.md: what each part found when it last ran to its end. */
export function page(entries: readonly { readonly part: Part; readonly result: Result | undefined }[]): string {
  const sections = entries.map(({ part, result }) => {
    const head = `## ${part.title}\n\n\`${part.command}\`\n`;
    if (result === undefined) return `${head}\nNot run yet.\n`;
    const outcome = result.status === 0 ? "passed" : `**failed** with exit code ${result.status}`;
    const when = `${result.date.slice(0, 10)}, commit ${result.commit}, ${result.node}: ${outcome} in ${duration(result.seconds)}.`;
    return `${head}\n${when}\n\n${figures(result.lines)}\n`;
  });
  return `# Verification

The full campaign: more inputs, more Go releases and longer runs than CI has time for. \`npm run verify\` runs every part
that has not yet run on the current commit, and writes this page; \`npm run verify -- fuzz-programs\` runs one part. A part
that is interrupted starts again, those before it do not.

${sections.join("\n")}`;
}

function figures(lines: readonly string[]): string {
  if (lines.length > 0 && lines.every((line) => line.startsWith("|") || line.startsWith("Node v"))) {
    return lines
      .map((line, at) => {
        // A second header starts another table.
        const startsTable = line.startsWith("|") && /^\| ---/.test(lines[at + 1] ?? "") && at > 0;
        return startsTable || (!line.startsWith("|") && at > 0)
          ? `\n${line}`
          : line.startsWith("|")
            ? line
            : `${line}\n`;
      })
      .join("\n");
  }
  return ["```text", ...lines, "```"].join("\n");
}

function duration(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} minutes`;
}
