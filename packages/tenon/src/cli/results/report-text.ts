import type { Report, Verdict } from "../../host/index.js";
import type { Colours } from "../../terminal/colour.js";
import { isInputError } from "../../terminal/command-failure.js";
import { exitCodes, worstExitCode } from "../../terminal/exit-codes.js";
import { findingLines } from "../../terminal/finding-text.js";
import { askedLines } from "../grants/grant-text.js";
import type { Output } from "../output/output.js";
import { exitCodeOfVerdict } from "./verdict-code.js";

/** Returns a report for people: the verdict, what was checked, and the findings below. */
export function reportLines(report: Report, output: Output): string[] {
  const { colours } = output;
  const name = report.name === undefined ? "" : [report.name, report.version].filter(Boolean).join(" ");
  const known = [name, report.description].filter((part) => part !== undefined && part !== "");
  const about = known.length === 0 ? "" : colours.dim(` (${known.join(", ")})`);
  const findings = report.findings.flatMap((finding) => findingLines(finding, colours));
  return [
    `${paintVerdict(report.verdict, colours)}  ${report.artifact}${about}`,
    ...findings.map((line) => `  ${line}`),
    ...(report.digest === undefined ? [] : [`  ${colours.dim(`digest ${report.digest}`)}`]),
    ...(report.grants === undefined ? [] : askedLines(report.grants, colours)).map((line) => `  ${line}`),
  ];
}

/** Returns the verdict in its colour. Padded first, since colours count as characters. */
export function paintVerdict(verdict: Verdict, colours: Colours, width = 7): string {
  const paint = { fits: colours.green, adapts: colours.yellow, breaks: colours.red, unknown: colours.magenta }[verdict];
  return paint(colours.bold(verdict.padEnd(width)));
}

/** Returns the exit code for a report: a plugin that is missing or cannot be read is an error of the command line. */
export function exitCodeOfReport({ verdict, findings }: Report): number {
  const isInput = findings.some(({ code, severity }) => severity === "error" && isInputError(code));
  return isInput ? exitCodes.usage : exitCodeOfVerdict(verdict);
}

/** Returns what `--json` prints for reports: the worst verdict, then each report. */
export function verdictDocument(reports: readonly Report[]): { verdict: Verdict; reports: readonly Report[] } {
  const worst = worstExitCode(reports.map(({ verdict }) => exitCodeOfVerdict(verdict)));
  const grave = reports.filter(({ verdict }) => exitCodeOfVerdict(verdict) === worst);
  const verdict = grave.some((report) => report.verdict === "adapts") ? "adapts" : (grave[0]?.verdict ?? "fits");
  return { verdict, reports };
}
