import type { Host } from "../../host/index.js";
import { readArguments } from "../arguments/read-argument.js";
import { withProgress } from "../output/progress.js";
import { interrupted } from "../output/shutdown.js";
import type { CommandLine } from "../plugins/command-line.js";
import { callAndPrint } from "./call-and-print.js";
import { chooseFunction } from "./choose-function.js";
import { withConsent } from "./consented.js";
import { examinePlugin } from "./examine-plugin.js";
import { openPlugin, showLog } from "./open-plugin.js";
import type { CallRequest } from "./run-request.js";

/** Opens the plugin, calls the function and prints the result. */
export async function runOnce(host: Host, request: CallRequest, line: CommandLine): Promise<void> {
  const { output } = line;
  const runnable = await withProgress(output, `reading ${request.plugin}`, () => examinePlugin(host, request));
  const signature = chooseFunction(runnable.contract, request.name, request.plugin, request.words);
  const values = await readArguments(signature, request.words, request.plugin);
  showLog(host, output);
  const consented = await withConsent(host, runnable, request, line);
  const plugin = await withProgress(output, `opening ${request.plugin}`, () =>
    openPlugin(host, runnable, consented, line),
  );
  await callAndPrint({ plugin, signature, values, signal: interrupted }, output);
}
