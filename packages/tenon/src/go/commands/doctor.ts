import { diagnoseGoModule } from "../../builders/go/index.js";
import type { CommandContext } from "../../contributions/index.js";
import { exitCodes } from "../../terminal/exit-codes.js";
import { findingLines } from "../../terminal/finding-text.js";
import { expectFolder } from "./expect-folder.js";

/** Finds problems in a plugin's source. Builds and runs nothing. */
export async function diagnose(folder: string, { output, progress }: CommandContext): Promise<void> {
  const diagnosis = await progress(`reading ${folder}`, () => expectFolder(folder, diagnoseGoModule(folder)));
  const { findings, packagePath } = diagnosis;
  const hasErrors = findings.some(({ severity }) => severity === "error");
  if (output.json) output.document(diagnosis);
  else {
    const { bold, dim, green } = output.colours;
    const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
    output.line(
      `${bold(packagePath)} ${dim(`(${folder})`)}: ${findings.length === 0 ? green("no problems found") : count}`,
    );
    for (const item of findings) for (const line of findingLines(item, output.colours)) output.line(line);
  }
  output.exitCode = hasErrors ? exitCodes.breaks : exitCodes.fits;
}
