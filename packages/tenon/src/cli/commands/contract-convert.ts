import { Command, Option } from "commander";
import { type Contract, contractToDts, contractToJson, contractToProto, contractToWit } from "../../contract/index.js";
import { contractFormatUnknown } from "../../errors/factories/command-contract.js";
import { loadContract } from "../contracts/load-contract.js";
import { contractArgument, worldOption } from "../options/option-values.js";
import type { Output } from "../output/output.js";
import { writeFileWhole } from "../output/write-file.js";

const formats = {
  wit: contractToWit,
  json: (contract: Contract) => `${JSON.stringify(contractToJson(contract), null, 2)}\n`,
  proto: contractToProto,
  "d.ts": contractToDts,
} as const;
type Format = keyof typeof formats;

interface ConvertOptions {
  readonly to?: Format;
  readonly out?: string;
  readonly world?: string;
}

/** `tenon contract convert`: writes a contract in another format. */
export function convertCommand(output: Output): Command {
  return new Command("convert")
    .description("Convert a contract to another format.")
    .addArgument(contractArgument("<FILE>"))
    .addOption(
      new Option("--to <FORMAT>", "output format (default: from the name of --out)").choices(Object.keys(formats)),
    )
    .addOption(new Option("-o, --out <FILE>", "output file (default: stdout)"))
    .addOption(worldOption())
    .addHelpText(
      "after",
      `
Examples:
  tenon contract convert contract.ts --to wit
  tenon contract convert contract.wit --out contract.d.ts
  tenon contract convert wit/ --world greeter --to proto`,
    )
    .action(async (file: string, options: ConvertOptions) => {
      const format = options.to ?? formatOf(options.out);
      const contract = await loadContract(file, options.world);
      const text = formats[format](contract);
      if (options.out !== undefined) await writeFileWhole(options.out, text);
      if (output.json) {
        const converted = format === "json" ? { document: contractToJson(contract) } : { text };
        output.document({
          contract: contract.id,
          format,
          ...(options.out === undefined ? converted : { file: options.out }),
        });
      } else if (options.out === undefined) await output.write(text);
      else output.note(`wrote ${contract.id} to ${options.out}`);
    });
}

function formatOf(file: string | undefined): Format {
  const format = Object.keys(formats).find((name) => file?.endsWith(`.${name}`));
  if (format !== undefined) return format as Format;
  throw contractFormatUnknown(file, Object.keys(formats));
}
