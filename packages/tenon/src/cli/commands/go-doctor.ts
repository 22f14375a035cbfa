import { Command } from "commander";
import { expectGoFolder } from "../options/go-folder.js";
import { exitCodes } from "../output/exit-codes.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import { findingLines } from "../results/finding-text.js";

/** `tenon go doctor`: finds problems in a plugin's source. Builds and runs nothing. */
export function goDoctorCommand(output: Output): Command {
  return new Command("doctor")
    .description("Find problems in a Go plugin's source.")
    .argument("<DIR>", "folder of the plugin's main package")
    .addHelpText(
      "after",
      `
Reads the source, go.mod, go.work, build scripts and Go's settings; the host is
not needed. If you have the host, tenon go build --for HOST avoids most of these
problems.

Exits with 0 if there are no errors (warnings are allowed), 1 if there are, 2 if
the folder does not exist.

Examples:
  tenon go doctor plugins/greet
  tenon go doctor plugins/greet --json`,
    )
    .action(async (folder: string) => {
      const { diagnoseGoModule } = await import("../../builders/go/index.js");
      const diagnosis = await withProgress(output, `reading ${folder}`, () =>
        expectGoFolder(folder, diagnoseGoModule(folder)),
      );
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
    });
}
