import { Command } from "commander";
import { convertCommand } from "./contract-convert.js";
import { diffCommand } from "./contract-diff.js";
import { fingerprintCommand } from "./contract-fingerprint.js";

/** `tenon contract`: what is done with contracts alone. */
export function contractCommand(): Command {
  return new Command("contract")
    .description("Convert, compare and identify contracts.")
    .addCommand(convertCommand())
    .addCommand(diffCommand())
    .addCommand(fingerprintCommand())
    .addHelpText(
      "after",
      `
A contract is a .wit file or a folder of them, a .json document, or a .ts or .js module that exports one.
A module is run to get at its contract; the other forms are only read.

Examples:
  tenon contract convert contract.ts --to wit
  tenon contract diff old.wit new.wit
  tenon contract fingerprint contract.wit`,
    );
}
