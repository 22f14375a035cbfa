/**
 * What the program exits with: 0 it fits, or what was asked is done; 1 it does not fit, or the plugin failed; 2 the command
 * line is not valid, or a file that it names is missing or cannot be read; 3 it is not known whether it fits.
 */
export const exitCodes = { fits: 0, breaks: 1, usage: 2, unknown: 3, interrupted: 130 } as const;

const byWeight: readonly number[] = [exitCodes.fits, exitCodes.unknown, exitCodes.breaks, exitCodes.usage];

/** Returns the worst of the codes: 2, then 1, then 3, then 0. */
export function worstExitCode(codes: Iterable<number>): number {
  let worst: number = exitCodes.fits;
  for (const code of codes) if (byWeight.indexOf(code) > byWeight.indexOf(worst)) worst = code;
  return worst;
}
