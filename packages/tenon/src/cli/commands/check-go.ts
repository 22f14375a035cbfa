import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isElf, isFatMachO, isPe, machOShape } from "../../binary/index.js";
import { gravest } from "../exit-codes.js";
import { exitCodeOfOutcome, goVerdictLines } from "../go-verdict-text.js";
import type { Output } from "../output.js";
import { withProgress } from "../progress.js";

/** Whether a file is a program of the machine (ELF, Mach-O, PE) that can be a host, by its first bytes. */
export async function isProgram(path: string): Promise<boolean> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) return false;
      const head = new Uint8Array(4096);
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      return isProgramHead(head.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    // Whatever is wrong with it is told by the check itself.
    return false;
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

function isProgramHead(head: Uint8Array): boolean {
  return isElf(head) || machOShape(head) !== undefined || isFatMachO(head) || isPe(head);
}
