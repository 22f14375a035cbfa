import type { Verdict } from "../../host/index.js";
import { exitCodes } from "../../terminal/exit-codes.js";

/** Returns what a program exits with that reports the verdict. */
export function exitCodeOfVerdict(verdict: Verdict): number {
  return { fits: exitCodes.fits, adapts: exitCodes.fits, breaks: exitCodes.breaks, unknown: exitCodes.unknown }[
    verdict
  ];
}
