import type { Verdict } from "../host/index.js";

/**
 * How the program ends, for scripts: 0 it fits (or did what was asked), 1 it does not (or the plugin failed), 2 the
 * command line, or a file or setting that it gives, is wrong, 3 it cannot be told.
 */
export const exitCodes = { fits: 0, breaks: 1, usage: 2, unknown: 3, interrupted: 130 } as const;

const weights: readonly number[] = [exitCodes.fits, exitCodes.unknown, exitCodes.breaks, exitCodes.usage];

/** The gravest of several codes: 2, then 1, then 3, then 0. */
export function gravest(codes: Iterable<number>): number {
  let worst: number = exitCodes.fits;
  for (const code of codes) if (weights.indexOf(code) > weights.indexOf(worst)) worst = code;
  return worst;
}

export function exitCodeOfVerdict(verdict: Verdict): number {
  return { fits: exitCodes.fits, adapts: exitCodes.fits, breaks: exitCodes.breaks, unknown: exitCodes.unknown }[
    verdict
  ];
}
