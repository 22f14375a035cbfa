import type { CommandContext } from "../../contributions/index.js";
import { isTenonError } from "../../errors/index.js";
import type { Host } from "../../host/index.js";
import type { TypedCommand } from "../grants/grant-words.js";
import { readSettings } from "../options/option-values.js";
import { readRuntime } from "../options/runtime-options.js";
import { withProgress } from "../output/progress.js";
import { closeOnExit, interrupted } from "../output/shutdown.js";
import { writeFileWhole } from "../output/write-file.js";
import type { CommandLine } from "../plugins/command-line.js";
import { openHost } from "../plugins/host.js";
import { withConsent } from "../running/consented.js";
import { examinePlugin } from "../running/examine-plugin.js";
import { openPlugin, showLog } from "../running/open-plugin.js";
import type { RunOptions, RunRequest } from "../running/run-request.js";

/** Passes what the command line does for contributions to the work. What was opened for it is closed afterwards. */
export async function withContext<T>(
  line: CommandLine,
  work: (context: CommandContext) => Promise<T>,
  typed?: TypedCommand,
): Promise<T> {
  const { output } = line;
  const closing: (() => Promise<void>)[] = [];
  const host = async (): Promise<Host> => {
    const opened = await openHost(line);
    closing.push(opened.close);
    showLog(opened.host, output);
    return opened.host;
  };
  const context: CommandContext = {
    output,
    signal: interrupted,
    progress: (doing, work) => withProgress(output, doing, work),
    closeOnExit,
    writeFile: writeFileWhole,
    async open(plugin, { options, fallback, expects, requests, restart = false }) {
      const settings = await readSettings((options as RunOptions).settings);
      const request: RunRequest = {
        plugin,
        settings,
        options: requests === undefined ? options : { ...options, requestsPerInstance: requests },
        ...readRuntime(options, line.contributions),
        name: undefined,
        words: [],
        contract: undefined,
        inspected: false,
        typed,
      };
      const own = await host();
      const runnable = await withProgress(output, `reading ${plugin}`, () =>
        examinePlugin(own, request).catch((thrown: unknown) => {
          if (fallback === undefined || !isTenonError(thrown, "TENON_CONTRACT_MISSING")) throw thrown;
          return examinePlugin(own, { ...request, contract: fallback });
        }),
      );
      expects?.(runnable.contract);
      const consented = await withConsent(own, runnable, request, line);
      return withProgress(output, `opening ${plugin}`, () => openPlugin(own, runnable, consented, line, restart));
    },
  };
  try {
    return await work(context);
  } finally {
    for (const close of closing) await close();
  }
}
