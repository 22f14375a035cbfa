import { isTenonError } from "../../errors/index.js";
import { gravest } from "../exit-codes.js";
import { exitCodeOfOutcome, goVerdictLines } from "../go-verdict-text.js";
import type { Output } from "../output.js";
import { withProgress } from "../progress.js";

/** Formats of programs that can be a host. */
const hostFormats: ReadonlySet<string> = new Set(["elf", "core-dump", "mach-o", "mach-o-fat", "pe"]);

/** Whether a file is a program of the machine (ELF, Mach-O, PE) that can be a host, by its first bytes. */
export async function isProgram(path: string): Promise<boolean> {
  try {
    const { readProgramHead } = await import("../../program/index.js");
    return hostFormats.has((await readProgramHead(path)).recognised.format);
  } catch (thrown) {
    // Whatever is wrong with it is told by the check itself.
    if (isTenonError(thrown)) return false;
    throw thrown;
  }
}

/** What a Go host does with Go plugins, in the order given. */
export async function checkGo(
  [host = "", ...plugins]: readonly string[],
  sysroot: string | undefined,
  output: Output,
): Promise<void> {
  const { checkGoPlugins } = await import("../../go/index.js");
  const checking = checkGoPlugins(host, plugins, sysroot === undefined ? {} : { sysroot });
  const check = await withProgress(output, `reading ${host}`, checking);
  if (output.json) output.document(check);
  else
    for (const verdict of check.results) for (const line of goVerdictLines(verdict, output.colours)) output.line(line);
  process.exitCode = gravest(check.results.map(({ outcome }) => exitCodeOfOutcome(outcome)));
}
