import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeWorkFolder, type WorkFolder } from "../../../build/index.js";
import type { ToolRequest, ToolResult } from "./go-tools.js";
import { type ToolCommand, ToolRunner } from "./tool-runner.js";

// After this many rounds, nearly all hot code is optimised (see docs/benchmarks.md). It takes about twelve seconds on two cores.
const usualRounds = 10;

/**
 * A second process in which a build takes about two thirds of the time, since its engine has optimised the tools. Warming up
 * takes many times as long as a build, so it only happens for plugins that are built repeatedly, and in the background: the
 * process repeats the last build until the engine has optimised it.
 */
export class OptimisedTools {
  readonly #runner: ToolRunner;
  readonly #rounds: number;
  readonly #builds = new Map<string, number>();
  readonly #commands = new Map<ToolRequest["tool"], ToolCommand>();
  #work: WorkFolder | undefined;
  #state: "waiting" | "warming-up" | "ready" | "failed" = "waiting";
  #warmedUp: Promise<void> = Promise.resolve();

  constructor(label: string, rounds = usualRounds) {
    this.#runner = new ToolRunner(label, true);
    this.#rounds = rounds;
  }

  get isReady(): boolean {
    return this.#state === "ready";
  }

  /** Resolves when the process is not warming up. */
  get warmedUp(): Promise<void> {
    return this.#warmedUp;
  }

  /** @throws TENON_TOOLCHAIN_FAILED; the process is then gone, and the next one has to warm up again. */
  async run(command: ToolCommand, signal: AbortSignal): Promise<ToolResult> {
    try {
      return await this.#runner.run(command, signal);
    } catch (thrown) {
      this.#runner.end(thrown);
      this.#state = "waiting";
      throw thrown;
    }
  }

  /** Records a command that is about to run. From a plugin's second build on, keeps a copy of its folder, which the build removes. */
  async record(command: ToolCommand): Promise<void> {
    if (this.#state !== "waiting") return;
    const { tool, reads } = command;
    if (tool === "compile") {
      const plugin = reads.join("\n");
      const builds = (this.#builds.get(plugin) ?? 0) + 1;
      this.#builds.set(plugin, builds);
      if (builds < 2) return this.#forget();
    } else if (!this.#commands.has("compile")) return;
    try {
      this.#commands.set(tool, await this.#copyOf(command));
    } catch {
      // Without a copy there is no warming up. The build itself does not need it.
      await this.#forget();
    }
  }

  /** Pauses warming up until `warmUp` is called, since a build needs the processor. */
  pause(): void {
    if (this.#state === "warming-up") this.#runner.hold(true);
  }

  /** Resumes warming up, or starts it once a second build was recorded. */
  warmUp(): void {
    if (this.#state === "warming-up") this.#runner.hold(false);
    if (this.#state !== "waiting" || this.#commands.size < 2) return;
    this.#state = "warming-up";
    this.#warmedUp = this.#repeat([...this.#commands.values()])
      .then(
        () => {
          this.#state = "ready";
        },
        (thrown) => {
          this.#runner.end(thrown);
          this.#state = "failed";
        },
      )
      .then(() => this.#forget());
  }

  async #repeat(commands: readonly ToolCommand[]): Promise<void> {
    const { signal } = new AbortController();
    for (let round = 0; round < this.#rounds; round++) {
      for (const command of commands) await this.#runner.run(command, signal, false);
    }
  }

  async #copyOf(command: ToolCommand): Promise<ToolCommand> {
    this.#work ??= await makeWorkFolder("tenon-go-");
    const folder = join(this.#work.folder, command.tool);
    const moved = (text: string) => text.replaceAll(command.writes, folder);
    await rm(folder, { recursive: true, force: true });
    await cp(command.writes, folder, { recursive: true });
    const imports = join(folder, "importcfg");
    await writeFile(imports, moved(await readFile(imports, "utf8")));
    return { ...command, words: command.words.map(moved), reads: command.reads, writes: folder };
  }

  async #forget(): Promise<void> {
    this.#commands.clear();
    const work = this.#work;
    this.#work = undefined;
    await work?.remove();
  }
}
