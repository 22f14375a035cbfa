import { Command } from "commander";
import { goBuildCommand } from "./go-build.js";
import { goDepsCommand } from "./go-deps.js";
import { goDoctorCommand } from "./go-doctor.js";

/** `tenon go`: what makes Go plugins fit Go hosts. */
export function goCommand(): Command {
  return new Command("go")
    .description("Build Go plugins that fit a Go host.")
    .addCommand(goDepsCommand())
    .addCommand(goBuildCommand())
    .addCommand(goDoctorCommand())
    .addHelpText(
      "after",
      `
A host is the Go program that calls plugin.Open; all that is needed of it is its file. A plugin is the folder of a
package main that go build -buildmode=plugin makes a .so of.

Examples:
  tenon go deps ./server                                  what a plugin must have in common with the host
  tenon go build --for ./server plugins/greet -o greet.so
  tenon go doctor plugins/greet                           what will make trouble, without the host`,
    );
}
