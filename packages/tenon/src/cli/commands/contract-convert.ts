import { Command, Option } from "commander";
import { type Contract, contractToDts, contractToJson, contractToProto, contractToWit } from "../../contract/index.js";
import { usageError } from "../command-failure.js";
import { outputOf } from "../global-options.js";
import { loadContract } from "../load-contract.js";
import { worldOption } from "../option-values.js";
import { writeFileWhole } from "../write-file.js";

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

/** `tenon contract convert`: the same contract in another form. */
export function convertCommand(): Command {
  return new Command("convert")
    .description("Write a contract in another form.")
    .argument("<FILE>", ".wit file or folder, .json document, or .ts or .js module (which is run)")
    .addOption(new Option("--to <FORMAT>", "the form; by default the ending of --out").choices(Object.keys(formats)))
    .addOption(new Option("-o, --out <FILE>", "write to this file instead of stdout"))
    .addOption(worldOption())
    .addHelpText(
      "after",
      `
Examples:
  tenon contract convert contract.ts --to wit
  tenon contract convert contract.wit --out contract.d.ts
  tenon contract convert wit/ --world greeter --to proto`,
    )
    .action(async (file: string, options: ConvertOptions, command: Command) => {
      const output = outputOf(command);
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
      else output.note(`${contract.id} written to ${options.out}`);
    });
}

function formatOf(file: string | undefined): Format {
  const format = Object.keys(formats).find((name) => file?.endsWith(`.${name}`));
  if (format !== undefined) return format as Format;
  throw usageError(
    file === undefined
      ? "it is not said what the contract should be converted to"
      : `the ending of ${file} does not tell the format`,
    `Say which, with --to: ${Object.keys(formats).join(", ")}.`,
  );
}
