import type { Outcome, PluginVerdict } from "../../skew/index.js";
import type { Colours } from "../../terminal/colour.js";
import { exitCodes } from "../../terminal/exit-codes.js";
import { findingLines } from "../../terminal/finding-text.js";

/** Returns a verdict on a Go plugin for people: the outcome, what plugin.Open returns, and why. */
export function goVerdictLines(verdict: PluginVerdict, colours: Colours): string[] {
  const { outcome, plugin, error, packages, findings } = verdict;
  const paint = {
    opens: colours.green,
    error: colours.red,
    crash: colours.red,
    hang: colours.red,
    unknown: colours.magenta,
  };
  const more = packages.length > 1 ? [`  ${packages.length} packages differ; plugin.Open reports only the first`] : [];
  return [
    `${paint[outcome](colours.bold(outcome.padEnd(7)))}  ${plugin}`,
    ...(error === undefined ? [] : [`  ${colours.dim(error)}`]),
    ...more,
    ...findings.flatMap((each) => findingLines(each, colours)).map((line) => `  ${line}`),
  ];
}

/** Returns 0 if the plugin opens, 1 if it does not, 3 if that is not known. */
export function exitCodeOfOutcome(outcome: Outcome): number {
  if (outcome === "opens") return exitCodes.fits;
  return outcome === "unknown" ? exitCodes.unknown : exitCodes.breaks;
}
