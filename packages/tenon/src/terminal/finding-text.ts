import type { Finding, Severity } from "../errors/index.js";
import type { Colours } from "./colour.js";
import { pasteable } from "./pasteable.js";

/** Returns a finding for people: what is wrong, why, and how to fix it. */
export function findingLines(finding: Finding, colours: Colours): string[] {
  const { severity, code, message, cause, fix } = finding;
  const paint = painter(severity, colours);
  const [first = "", ...more] = message.split("\n");
  const lines = [`${paint(severity)} ${first} ${colours.dim(`[${code}]`)}`, ...more.map((line) => `  ${line}`)];
  if (cause !== "" && !message.includes(cause)) lines.push(`  Cause: ${cause.replaceAll("\n", "\n  ")}`);
  if (severity !== "info") {
    lines.push(`  ${colours.bold("To fix this:")} ${fix.text}`);
    if (fix.command !== undefined) lines.push(`    ${colours.cyan(pasteable(fix.command))}`);
  }
  return lines;
}

function painter(severity: Severity, colours: Colours): (text: string) => string {
  return { error: colours.red, warning: colours.yellow, info: colours.blue }[severity];
}
