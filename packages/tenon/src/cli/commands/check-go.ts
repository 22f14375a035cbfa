import { stat } from "node:fs/promises";
import { exitCodes, worstExitCode } from "../output/exit-codes.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import { exitCodeOfOutcome, goVerdictLines } from "../results/go-verdict-text.js";

/** Predicts what a Go host does with Go plugins, in the order given. */
export async function checkGo(
  [host = "", ...plugins]: readonly string[],
  sysroot: string | undefined,
  output: Output,
): Promise<void> {
  const { checkGoPlugins } = await import("../../go/index.js");
  const check = await withProgress(output, `reading ${host}`, () =>
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
