import { contractsEqual } from "../../contract/index.js";
import { isTenonError } from "../../errors/index.js";
import { examine } from "../../host/check.js";
import type { AnyPlugin, Host, SwapReport } from "../../host/index.js";
import { failureOf } from "../../terminal/command-failure.js";
import { readArguments } from "../arguments/read-argument.js";
import type { Output } from "../output/output.js";
import { withProgress } from "../output/progress.js";
import { interrupted } from "../output/shutdown.js";
import type { CommandLine } from "../plugins/command-line.js";
import { type WatchList, watchListOf } from "../plugins/plugin-files.js";
import { type Watching, watchFiles } from "../plugins/watch.js";
import { reportFailure } from "../results/failure-text.js";
import { callAndPrint } from "./call-and-print.js";
import { chooseFunction } from "./choose-function.js";
import { withConsent } from "./consented.js";
import { examinePlugin, type RunnablePlugin } from "./examine-plugin.js";
import { openPlugin, showLog } from "./open-plugin.js";
import { type CallRequest, choiceOf } from "./run-request.js";

/**
 * Calls the function, and again after every change of the plugin's files, with the new plugin swapped in. Shows what is
 * wrong with a change and waits for the next one. Stops when it is interrupted.
 */
export async function runWatching(host: Host, request: CallRequest, line: CommandLine): Promise<void> {
  showLog(host, line.output);
  const rounds = new Rounds(host, request, line);
  await watchFiles(rounds);
}

class Rounds implements Watching {
  readonly signal = interrupted;
  readonly #host: Host;
  readonly #request: CallRequest;
  readonly #line: CommandLine;
  readonly #output: Output;
  #plugin: AnyPlugin | undefined;
  #call = new AbortController();
  /** The request with what the user agreed to, and what that was asked for. */
  #consented: CallRequest;
  #asked: string | undefined;

  constructor(host: Host, request: CallRequest, line: CommandLine) {
    this.#host = host;
    this.#request = request;
    this.#consented = request;
    this.#line = line;
    this.#output = line.output;
  }

  async list(): Promise<WatchList> {
    const { plugin, contract } = this.#request;
    return watchListOf(plugin, await examine(plugin, contract, this.#host, choiceOf(this.#request)));
  }

  /** A call that still runs belongs to a plugin that is about to be replaced. */
  noticed(): void {
    this.#call.abort();
  }

  async next(paths: readonly string[]): Promise<void> {
    const output = this.#output;
    this.#call = new AbortController();
    if (paths.length > 0)
      output.note(output.noteColours.dim(`\nchanged: ${paths.map((path) => this.#shown(path)).join(", ")}`));
    try {
      await this.#round();
    } catch (thrown) {
      if (interrupted.aborted) return;
      if (isTenonError(thrown, "TENON_CALL_ABORTED")) output.note(output.noteColours.dim("the call was cancelled"));
      else await reportFailure(failureOf(thrown), output);
    }
    if (!interrupted.aborted) output.note(output.noteColours.dim("watching for changes; press Ctrl-C to stop"));
  }

  async #round(): Promise<void> {
    const { name, words, plugin: path } = this.#request;
    const runnable = await withProgress(this.#output, `reading ${path}`, () =>
      examinePlugin(this.#host, this.#request),
    );
    await this.#agree(runnable);
    const { plugin, swapped } = await withProgress(this.#output, `opening ${path}`, () => this.#current(runnable));
    const signature = chooseFunction(runnable.contract, name, path);
    const values = await readArguments(signature, words, path);
    const signal = AbortSignal.any([interrupted, this.#call.signal]);
    await callAndPrint(
      { plugin, signature, values, signal, ...(swapped === undefined ? {} : { about: { swapped } }) },
      this.#output,
    );
  }

  /** Asks for what the manifest asks for: once, and again when it asks for something else. The author changes the rest all the time. */
  async #agree(runnable: RunnablePlugin): Promise<void> {
    const asked = JSON.stringify(runnable.artifact.manifest.grants);
    if (asked === this.#asked) return;
    const { grants } = (await withConsent(this.#host, runnable, this.#request, this.#line)).consented ?? {};
    this.#consented = grants === undefined ? this.#request : { ...this.#request, consented: { grants } };
    // A plugin that is open keeps its grants.
    if (this.#asked !== undefined) {
      await this.#plugin?.close();
      this.#plugin = undefined;
    }
    this.#asked = asked;
  }

  /** Returns the plugin as it is on disk now: swapped in if one is open, reopened if its contract changed. */
  async #current(runnable: RunnablePlugin): Promise<{ plugin: AnyPlugin; swapped: SwapReport | undefined }> {
    const open = this.#plugin;
    if (open?.state === "active" && contractsEqual(open.contract, runnable.contract)) {
      const { settings, options } = this.#request;
      const swapped = await open.swap(undefined, { settings, exclusive: options.exclusive === true });
      this.#showSwap(swapped);
      return { plugin: open, swapped };
    }
    const why = open?.state === "active" ? " because its contract changed" : "";
    this.#plugin = undefined;
    await open?.close();
    const plugin = await openPlugin(this.#host, runnable, this.#consented, this.#line);
    this.#plugin = plugin;
    if (open !== undefined) this.#output.note(`reopened ${plugin.name}${why}`);
    return { plugin, swapped: undefined };
  }

  #showSwap({ from, to, flip, total, state }: SwapReport): void {
    const versions = from.version === to.version ? (to.version ?? "") : `${from.version ?? "?"} → ${to.version ?? "?"}`;
    const migrated = state === "migrated" ? ", state migrated" : "";
    const { green, dim } = this.#output.noteColours;
    this.#output.note(
      `${green("swapped")} ${[to.name, versions].filter(Boolean).join(" ")}${migrated} ${dim(`(flip ${flip.toFixed(1)} ms, total ${total.toFixed(0)} ms)`)}`,
    );
  }

  #shown(path: string): string {
    const folder = `${process.cwd()}/`;
    return path.startsWith(folder) ? path.slice(folder.length) : path;
  }
}
