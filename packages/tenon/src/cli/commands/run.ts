import { Command, Option } from "commander";
import { signatures } from "../../contract/index.js";
import { functionMissing } from "../../errors/factories/command.js";
import type { CreateHostOptions } from "../../presets/index.js";
import { functionLines } from "../arguments/function-text.js";
import { loadContract } from "../contracts/load-contract.js";
import { closeInspector, inspectedProcessPlace, openInspector } from "../options/debugging.js";
import { addGrantOptions, askOption, typedCommand } from "../options/grant-options.js";
import {
  contractOption,
  type InspectAddress,
  inspectAddress,
  isolationOption,
  milliseconds,
  placeOption,
  readSettings,
  settingsOption,
  worldOption,
} from "../options/option-values.js";
import { addRuntimeOptions, readRuntime } from "../options/runtime-options.js";
import type { Output } from "../output/output.js";
import type { CommandLine } from "../plugins/command-line.js";
import { withHost } from "../plugins/host.js";
import { examinePlugin, type RunnablePlugin } from "../running/examine-plugin.js";
import { programKey, runCommandPlugin } from "../running/run-command.js";
import { runOnce } from "../running/run-once.js";
import type { RunOptions, RunRequest } from "../running/run-request.js";
import { runWatching } from "../running/run-watching.js";

/** `tenon run`: calls a function of a plugin with arguments from the command line. */
export function runCommand(line: CommandLine): Command {
  const { output, contributions } = line;
  const command = new Command("run")
    .description("Call a function of a plugin, or run a WASI command. Without a function, list the plugin's functions.")
    .argument("<PLUGIN>", "plugin: file, folder, archive, npm:PACKAGE, https: URL or command:LINE")
    .argument("[FUNCTION]", "function to call, such as greet or store.get")
    .argument("[ARGS...]", "arguments of the function: plain text or JSON; of a WASI command: as they are, after --")
    .addOption(contractOption())
    .addOption(worldOption())
    .addOption(placeOption("where the plugin runs (default: worker; with --inspect: inline)"))
    .addOption(isolationOption())
    .addOption(settingsOption())
    .addOption(
      new Option("--deadline <MS>", "time limit of the call in milliseconds; 0 for none (default: 30000)").argParser(
        milliseconds,
      ),
    )
    .option("--watch", "when the plugin's files change, swap the plugin and call again")
    .addOption(
      new Option("--exclusive", "like --watch, but end the old plugin before the new one starts").implies({
        watch: true,
      }),
    )
    .option("--storage <FOLDER>", "where plugins store data (default: a folder in the user's data)")
    .option("--inspect", "wait for a debugger before opening the plugin (--inspect=HOST:PORT to choose the address)")
    .addOption(new Option("--inspect-address <HOST:PORT>").argParser(inspectAddress).hideHelp())
    .addHelpText("after", helpText);
  return addRuntimeOptions(addGrantOptions(command).addOption(askOption()), contributions).action(
    async (plugin: string, name: string | undefined, words: string[], options: RunOptions, self: Command) => {
      const contract = options.contract === undefined ? undefined : await loadContract(options.contract, options.world);
      const argumentsGiven = programArguments(self);
      if (name === undefined && (options.watch || inspectOf(options) !== undefined)) {
        throw functionMissing(plugin);
      }
      const settings = await readSettings(options.settings);
      const request: RunRequest = {
        plugin,
        name,
        words,
        contract,
        settings,
        options,
        ...readRuntime(options, contributions),
        inspected: inspectOf(options) !== undefined,
        typed: typedCommand(self),
      };
      const hostOptions = options.watch && !request.inspected ? await watched() : await debugged(options, output);
      try {
        await withHost(
          line,
          async (host) => {
            const maybeProgram = argumentsGiven !== undefined || name === undefined || name === "run";
            if (maybeProgram && !options.watch && !output.json) {
              const runnable = await examinePlugin(host, request);
              const key = programKey(runnable.contract);
              if (key !== undefined) {
                const given = { ...request, words: argumentsGiven ?? words };
                return runCommandPlugin(host, key, runnable, given, line);
              }
            }
            if (name === undefined) list(await examinePlugin(host, request), output);
            else if (options.watch) await runWatching(host, { ...request, name }, line);
            else await runOnce(host, { ...request, name }, line);
          },
          options.storage === undefined ? hostOptions : { ...hostOptions, storage: options.storage },
        );
      } finally {
        closeInspector();
      }
    },
  );
}

const helpText = `
Arguments have the types of the contract. Write text, numbers, true and false as
they are, and enums, flags (read,write) and variants by their names. Write lists,
tuples, records and variants with a value as JSON with camelCase names.
  bytes             base64:…, hex:…, or @FILE for a file's content
  JSON from a file  @FILE
  none              null; you can omit options at the end
  text as JSON      in double quotes: '"null"', '"two\\nlines"'
  leading -         negative numbers work as they are; put -- before other words

Prints text as it is, bytes unchanged if stdout is a file or pipe, everything
else as JSON; streams element by element. With --json prints {"plugin",
"function", "result"}: 64-bit integers beyond 2^53 and NaN as strings, bytes as
"base64:…", none as null. With --watch, prints one document per call.

A WASI command (a module or component with a start function) runs as the program
that it is: with what follows -- as its arguments, this process's standard input
and output, and its exit code. It reaches only what you grant.

A plugin that owns a port or a lock needs --exclusive: the new one cannot start
before the old one has ended. If it fails, the old one is started again.

If the plugin's manifest asks for more than you grant, tenon asks you on the
terminal, and remembers the answer until the plugin changes: see tenon consent.
Without a terminal, it fails and prints the command that grants it.

Host functions that the plugin imports: those that take only text and return
nothing print it to stderr; all others fail when called.

Exits with 0 if the call succeeds, 1 if it fails or returns an error result, 2
if the plugin does not exist or an argument is not valid. Ctrl-C stops a plugin
in an infinite loop, except with --place inline.

Examples:
  tenon run plugins/greeter.ts
  tenon run plugins/greeter.ts greet Ada
  tenon run plugins/store put '{"id": 1, "tags": ["a"]}' --settings @settings.json
  tenon run plugins/greeter.ts greet Ada --place process --grant-env LANG
  tenon run plugins/greeter.ts greet Ada --isolation sandboxed
  tenon run plugins/greeter.ts greet Ada --watch
  tenon run ./my-go-plugin greet Ada
  tenon run tool.wasm --grant-folder /data=./documents -- --verbose /data < in > out
  tenon run plugins/greeter.ts greet Ada --inspect`;

/** Returns the words after `--` if they follow the plugin directly: the arguments of a program, not a function's. */
function programArguments({ args, parent }: Command): readonly string[] | undefined {
  const { rawArgs = [] } = (parent ?? {}) as { rawArgs?: readonly string[] };
  const end = rawArgs.indexOf("--");
  if (end < 0) return undefined;
  const after = rawArgs.slice(end + 1);
  return args.length - after.length === 1 ? after : undefined;
}

function inspectOf({ inspect, inspectAddress: address }: RunOptions): InspectAddress | undefined {
  return address ?? (inspect ? { host: "127.0.0.1", port: 9229 } : undefined);
}

/** Options of a host that swaps after every change: it starts the next thread before it needs it. */
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
  if (callable.length === 0) output.note(`${contract.id} has no function that the command line can call.`);
  for (const signature of callable) for (const line of functionLines(signature, output.colours)) output.line(line);
}
