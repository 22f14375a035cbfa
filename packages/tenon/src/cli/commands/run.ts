import { Command, Option } from "commander";
import { signatures } from "../../contract/index.js";
import type { CreateHostOptions } from "../../presets/index.js";
import { usageError } from "../command-failure.js";
import { closeInspector, inspectedProcessPlace, openInspector } from "../debugging.js";
import { functionLines } from "../function-text.js";
import { outputOf } from "../global-options.js";
import { addGrantOptions } from "../grant-options.js";
import { withHost } from "../host.js";
import { loadContract } from "../load-contract.js";
import {
  contractOption,
  type InspectAddress,
  inspectAddress,
  milliseconds,
  placeOption,
  readSettings,
  worldOption,
} from "../option-values.js";
import type { Output } from "../output.js";
import { examinePlugin, type RunnablePlugin } from "../running/examine-plugin.js";
import { runOnce } from "../running/run-once.js";
import type { RunOptions, RunRequest } from "../running/run-request.js";
import { runWatching } from "../running/run-watching.js";

/** `tenon run`: calls a function of a plugin with arguments from the command line. */
export function runCommand(): Command {
  const command = new Command("run")
    .description("Call a function of a plugin; without a function, list those that there are.")
    .argument("<PLUGIN>", "a file or folder")
    .argument("[FUNCTION]", "its name: greet, store.get")
    .argument("[ARGS...]", "its arguments, plain words or JSON")
    .addOption(contractOption())
    .addOption(worldOption())
    .addOption(placeOption("where the plugin lives (default: worker; with --inspect: inline)"))
    .option("--settings <JSON>", "the plugin's settings: JSON, or @FILE")
    .addOption(
      new Option("--deadline <MS>", "how long the call may take; 0 for no limit (default: 30000)").argParser(
        milliseconds,
      ),
    )
    .option("--watch", "swap the plugin on every change of its files, and call again")
    .option("--inspect", "wait for a debugger before the plugin is opened (--inspect=HOST:PORT says where)")
    .addOption(new Option("--inspect-address <HOST:PORT>").argParser(inspectAddress).hideHelp())
    .addHelpText("after", helpText);
  return addGrantOptions(command).action(
    async (plugin: string, name: string | undefined, texts: string[], options: RunOptions, command: Command) => {
      const output = outputOf(command);
      const contract = options.contract === undefined ? undefined : await loadContract(options.contract, options.world);
      if (name === undefined && (options.watch || inspectOf(options) !== undefined)) {
        throw usageError("there is no function to call", { text: "Name one.", command: `tenon run ${plugin}` });
      }
      const settings = await readSettings(options.settings);
      const request: RunRequest = {
        plugin,
        name,
        texts,
        contract,
        settings,
        options,
        inspected: inspectOf(options) !== undefined,
      };
      const hostOptions = options.watch && !request.inspected ? await watched() : await debugged(options, output);
      try {
        await withHost(async (host) => {
          if (name === undefined) list(await examinePlugin(host, request), output);
          else if (options.watch) await runWatching(host, { ...request, name }, output);
          else await runOnce(host, { ...request, name }, output);
        }, hostOptions);
      } finally {
        closeInspector();
      }
    },
  );
}

const helpText = `
Arguments are typed by the contract. Text, numbers, true and false, and the names of enums, flags (read,write)
and variants stand as they are; lists, tuples, records and other variants are JSON with camelCase names.
  bytes       base64:…, hex:…, or @FILE for what a file holds; @FILE also where JSON is expected
  none        null; options at the end may be left out
  text        "in quotes" is read as JSON: '"null"', '"two\\nlines"'
  negative    numbers as they are; other words that begin with - after --

Text is printed as it is, bytes raw into a file or pipe, everything else as JSON; a stream element by element.
With --json the document is {"plugin", "function", "result"}: 64-bit integers beyond 2^53 and NaN are texts, bytes
"base64:…", none null. With --watch there is one document per call. The error case of a result ends with 1.

Functions that the plugin imports from its host: those that take only text and answer nothing print it to stderr,
all others fail when they are called.

An inline plugin that loops cannot be interrupted; in a worker or process it can.

Examples:
  tenon run plugins/greeter.ts
  tenon run plugins/greeter.ts greet Ada
  tenon run plugins/store put '{"id": 1, "tags": ["a"]}' --settings @settings.json
  tenon run plugins/greeter.ts greet Ada --place process --grant-env LANG
  tenon run plugins/greeter.ts greet Ada --watch
  tenon run ./my-go-plugin greet Ada
  tenon run plugins/indexer.wasm index /data --grant-folder /data=./documents
  tenon run plugins/greeter.ts greet Ada --inspect`;

function inspectOf({ inspect, inspectAddress: address }: RunOptions): InspectAddress | undefined {
  return address ?? (inspect ? { host: "127.0.0.1", port: 9229 } : undefined);
}

/** A host that swaps with every change: the next thread is started before it is needed. */
async function watched(): Promise<CreateHostOptions> {
  const { workerPlace } = await import("../../places/worker/index.js");
  return { places: { worker: workerPlace({ standby: true }) } };
}

async function debugged(options: RunOptions, output: Output): Promise<CreateHostOptions> {
  const address = inspectOf(options);
  if (address === undefined) return {};
  const waits = options.watch !== true;
  if (options.place === "process") return { places: { process: await inspectedProcessPlace(address, waits, output) } };
  await openInspector(address, options.place ?? "inline", waits, output);
  return {};
}

function list({ contract, artifact }: RunnablePlugin, output: Output): void {
  const callable = signatures(contract.exports).filter(({ kind }) => kind === "function" || kind === "static");
  if (output.json) {
    const functions = callable.map(({ label, type }) => ({
      name: label,
      parameters: type.parameters.map(({ name }) => name),
      optional: type.optional,
      docs: type.docs,
    }));
    output.document({
      plugin: { name: artifact.manifest.name, version: artifact.manifest.version },
      contract: contract.id,
      functions,
    });
    return;
  }
  if (callable.length === 0) output.note(`${contract.id} has no function that can be called from here.`);
  for (const signature of callable) for (const line of functionLines(signature, output.colours)) output.line(line);
}
