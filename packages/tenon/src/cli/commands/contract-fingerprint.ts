import { Command } from "commander";
import { fingerprint } from "../../contract/index.js";
import { outputOf } from "../global-options.js";
import { loadContract } from "../load-contract.js";
import { worldOption } from "../option-values.js";

/** `tenon contract fingerprint`: contracts that mean the same have the same. */
export function fingerprintCommand(): Command {
  return new Command("fingerprint")
    .description("Print what identifies a contract by its content, documentation apart.")
    .argument("<FILE>", ".wit file or folder, .json document, or .ts or .js module (which is run)")
    .addOption(worldOption())
    .addHelpText("after", "\nExamples:\n  tenon contract fingerprint contract.wit")
    .action(async (file: string, options: { world?: string }, command: Command) => {
      const output = outputOf(command);
      const contract = await loadContract(file, options.world);
      const print = fingerprint(contract);
      if (output.json) output.document({ contract: contract.id, fingerprint: print });
      else output.line(print);
    });
}
