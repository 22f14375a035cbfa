import { Command } from "commander";
import { exitCodes } from "../exit-codes.js";
import { findingLines } from "../finding-text.js";
import { outputOf } from "../global-options.js";
import { withProgress } from "../progress.js";

/** `tenon go doctor`: what in a plugin's source will make trouble. Builds and runs nothing of it. */
export function goDoctorCommand(): Command {
  return new Command("doctor")
    .description("Tell what in a Go plugin's source will make trouble in a host.")
    .argument("<DIR>", "the folder of the plugin's package main")
    .addHelpText(
      "after",
      `
Looks at sources, go.mod, go.work, build scripts and Go's settings; no host is needed. Ends with 1 if there is an error,
else with 0. With the host at hand, tenon go build --for HOST takes care of most of it.

Examples:
  tenon go doctor plugins/greet
  tenon go doctor plugins/greet --json`,
    )
    .action(async (folder: string, _options: object, command: Command) => {
      const output = outputOf(command);
      const { diagnoseGoModule } = await import("../../builders/go/index.js");
      const diagnosis = await withProgress(output, `looking at ${folder}`, diagnoseGoModule(folder));
      const { findings, packagePath } = diagnosis;
      const isWell = !findings.some(({ severity }) => severity === "error");
      if (output.json) output.document(diagnosis);
      else {
        const { bold, dim, green } = output.colours;
        const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
        output.line(
          `${bold(packagePath)} ${dim(`(${folder})`)}: ${findings.length === 0 ? green("nothing found") : count}`,
        );
        for (const item of findings) for (const line of findingLines(item, output.colours)) output.line(line);
      }
      process.exitCode = isWell ? exitCodes.fits : exitCodes.breaks;
    });
}
