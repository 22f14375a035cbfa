import { Command, InvalidArgumentError, Option } from "commander";
import { type Contract, contractToDts, contractToJson, contractToProto, contractToWit } from "../../contract/index.js";
import { contractFormatUnknown } from "../../errors/factories/command-contract.js";
import { type Finding, isTenonError } from "../../errors/index.js";
import { CommandFailure } from "../../terminal/command-failure.js";
import { exitCodes } from "../../terminal/exit-codes.js";
import { findingLines } from "../../terminal/finding-text.js";
import { contractOfJsonSchema } from "../contracts/json-schema-contract.js";
import { loadContract } from "../contracts/load-contract.js";
import { contractOfProtobuf } from "../contracts/protobuf-contract.js";
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
  readonly id?: string;
  readonly rename?: Readonly<Record<string, string>>;
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
    .addOption(
      new Option("--id <ID>", "id of the contract that a JSON Schema (default: schema:FILE) or .proto file becomes"),
    )
    .addOption(
      new Option("--rename <TOOL=NAME>", "name of a tool in the contract, for a list of tools (repeatable)").argParser(
        renaming,
      ),
    )
    .addHelpText(
      "after",
      `
A JSON Schema, or the list of tools of an MCP server, becomes a contract with a
function for each schema or tool. A .proto file or a descriptor set (.binpb, .pb,
.desc, .fds, .protoset) becomes one with an interface for each service, or for
the one that --world names; .proto files need the package protobufjs. What no
type can say is printed to stderr.

Examples:
  tenon contract convert contract.ts --to wit
  tenon contract convert contract.wit --out contract.d.ts
  tenon contract convert wit/ --world greeter --to proto
  tenon contract convert tools.json --id acme:tools@1.0.0 --out tools.wit
  tenon contract convert provider.proto --to wit`,
    )
    .action(async (file: string, options: ConvertOptions) => {
      const format = options.to ?? formatOf(options.out);
      const schema = await asUsage(converted(file, options));
      const contract = schema?.contract ?? (await loadContract(file, options.world));
      const findings = schema?.findings ?? [];
      for (const finding of output.json ? [] : findings)
        output.note(findingLines(finding, output.noteColours).join("\n"));
      const text = formats[format](contract);
      if (options.out !== undefined) await writeFileWhole(options.out, text);
      if (output.json) {
        const document = format === "json" ? { document: contractToJson(contract) } : { text };
        output.document({
          contract: contract.id,
          format,
          ...(options.out === undefined ? document : { file: options.out }),
          ...(schema === undefined ? {} : { findings }),
        });
      } else if (options.out === undefined) await output.write(text);
      else output.note(`wrote ${contract.id} to ${options.out}`);
    });
}

/** Reads the forms that are not Tenon's: the contract, and what it does not say. */
async function converted(
  file: string,
  { id, rename, world }: ConvertOptions,
): Promise<{ readonly contract: Contract; readonly findings: readonly Finding[] } | undefined> {
  return (
    (await contractOfProtobuf(file, { id, service: world })) ??
    (await contractOfJsonSchema(file, { id, names: rename }))
  );
}

/** Adds `TOOL=NAME` to those before. */
function renaming(text: string, previous: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = text.lastIndexOf("=");
  if (at <= 0) throw new InvalidArgumentError("Expected TOOL=NAME.");
  return { ...previous, [text.slice(0, at)]: text.slice(at + 1) };
}

/** What is wrong with a contract that a command names is a usage error. */
async function asUsage<T>(contract: Promise<T>): Promise<T> {
  try {
    return await contract;
  } catch (thrown) {
    throw isTenonError(thrown) ? new CommandFailure(thrown, exitCodes.usage) : thrown;
  }
}

function formatOf(file: string | undefined): Format {
  const format = Object.keys(formats).find((name) => file?.endsWith(`.${name}`));
  if (format !== undefined) return format as Format;
  throw contractFormatUnknown(file, Object.keys(formats));
}
