import { Command } from "commander";
import { fingerprint } from "../../contract/index.js";
import { loadContract } from "../contracts/load-contract.js";
import { contractArgument, worldOption } from "../options/option-values.js";
import type { Output } from "../output/output.js";

/** `tenon contract fingerprint`: prints a hash that is the same for contracts that mean the same. */
export function fingerprintCommand(output: Output): Command {
  return new Command("fingerprint")
    .description("Print a hash of a contract's meaning: the same in every form, whatever its documentation.")
    .addArgument(contractArgument("<FILE>"))
    .addOption(worldOption())
    .addHelpText(
      "after",
      `
Examples:
  tenon contract fingerprint contract.wit
  tenon contract fingerprint contract.ts --world greeter`,
    )
    .action(async (file: string, options: { world?: string }) => {
      const contract = await loadContract(file, options.world);
      const print = fingerprint(contract);
      if (output.json) output.document({ contract: contract.id, fingerprint: print });
      else output.line(print);
    });
}
