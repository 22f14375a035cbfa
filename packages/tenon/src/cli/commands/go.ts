import { Command } from "commander";
import type { Output } from "../output/output.js";
import { goBuildCommand } from "./go-build.js";
import { goDepsCommand } from "./go-deps.js";
import { goDoctorCommand } from "./go-doctor.js";

/** `tenon go`: makes Go plugins fit Go hosts. */
export function goCommand(output: Output): Command {
  return new Command("go")
    .description("Build Go plugins that fit a Go host.")
    .addCommand(goDepsCommand(output))
    .addCommand(goBuildCommand(output))
    .addCommand(goDoctorCommand(output))
    .addHelpText(
      "after",
      `
The host is the Go program that calls plugin.Open; only its executable is
needed. The plugin is the folder of a main package that is built with go build
-buildmode=plugin.

Examples:
  tenon go deps ./server                                  show what a plugin must share with the host
  tenon go build --for ./server plugins/greet -o greet.so
  tenon go doctor plugins/greet                           find problems without the host`,
    );
}
