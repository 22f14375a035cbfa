import { Command } from "commander";
import type { CommandLine } from "../plugins/command-line.js";
import { convertCommand } from "./contract-convert.js";
import { diffCommand } from "./contract-diff.js";
import { fingerprintCommand } from "./contract-fingerprint.js";
import { importCommand } from "./contract-import.js";

/** `tenon contract`: works with contracts alone. */
export function contractCommand(line: CommandLine): Command {
  const { output } = line;
  return new Command("contract")
    .description("Convert, compare and identify contracts, and import those of plugins.")
    .addCommand(convertCommand(output))
    .addCommand(diffCommand(output))
    .addCommand(fingerprintCommand(output))
    .addCommand(importCommand(line))
    .addHelpText(
      "after",
      `
A contract is a .wit file or a folder of them, a .json file, a .proto file or
descriptor set, or a .ts or .js module that exports one. Modules are run to get
their contract; the other forms are only read.

Examples:
  tenon contract convert contract.ts --to wit
  tenon contract diff old.wit new.wit
  tenon contract fingerprint contract.wit
  tenon contract import plugins/greeter.ts`,
    );
}
