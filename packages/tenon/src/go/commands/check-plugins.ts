import { stat } from "node:fs/promises";
import type { CommandContext } from "../../contributions/index.js";
import { checkGoPlugins } from "../../skew/index.js";
import { exitCodes, worstExitCode } from "../../terminal/exit-codes.js";
import { exitCodeOfOutcome, goVerdictLines } from "./verdict-text.js";

/** Predicts what a Go host does with Go plugins, in the order given. */
export async function checkPlugins(
  [host = "", ...plugins]: readonly string[],
  sysroot: string | undefined,
  { output, progress }: CommandContext,
): Promise<void> {
  const check = await progress(`reading ${host}`, () =>
    checkGoPlugins(host, plugins, sysroot === undefined ? {} : { sysroot }),
  );
  if (output.json) output.document(check);
  else
    for (const verdict of check.results) for (const line of goVerdictLines(verdict, output.colours)) output.line(line);
  const codes = check.results.map(async ({ plugin, outcome }) =>
    (await isMissing(plugin)) ? exitCodes.usage : exitCodeOfOutcome(outcome),
  );
  output.exitCode = worstExitCode(await Promise.all(codes));
}

async function isMissing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    ({ code }: NodeJS.ErrnoException) => code === "ENOENT",
  );
}
