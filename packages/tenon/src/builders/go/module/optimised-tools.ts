import { mkdtempSync, rmSync } from "node:fs";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolRequest, ToolResult } from "./go-tools.js";
import { type ToolCommand, ToolRunner } from "./tool-runner.js";

// By then nearly all that often runs is optimised (see docs/benchmarks.md): about twelve seconds of one core, of two.
const rounds = 10;

/**
 * A second process in which a build takes about two thirds of the time, since its engine has optimised the tools. That
 * takes many times as long as a build, so it is done only for plugins that are built again and again, and beside: what was
 * built last is built until the engine has seen enough of it.
 */
export class OptimisedTools {
  readonly #runner: ToolRunner;
  readonly #builds = new Map<string, number>();
  readonly #commands = new Map<ToolRequest["tool"], ToolCommand>();
  #folder: string | undefined;
  readonly #remove = () => this.#folder !== undefined && rmSync(this.#folder, { recursive: true, force: true });
  #state: "waiting" | "preparing" | "ready" | "failed" = "waiting";
  #prepared: Promise<void> = Promise.resolve();

  constructor(label: string) {
    this.#runner = new ToolRunner(label, true);
  }

  get isReady(): boolean {
    return this.#state === "ready";
  }

  /** Resolves when nothing is being prepared. */
  get prepared(): Promise<void> {
    return this.#prepared;
  }

  /** @throws TENON_TOOLCHAIN_FAILED; then this process is gone, and the next must be prepared anew. */
  async run(command: ToolCommand, signal: AbortSignal): Promise<ToolResult> {
    try {
      return await this.#runner.run(command, signal);
    } catch (thrown) {
      this.#runner.end(thrown);
      this.#state = "waiting";
      throw thrown;
    }
  }

  /** Takes note of what is about to run: from the second build of a plugin on it is kept, as its folder goes with the build. */
  async note(command: ToolCommand): Promise<void> {
    if (this.#state !== "waiting") return;
    const { tool, reads } = command;
    if (tool === "compile") {
      const plugin = reads.join("\n");
      const builds = (this.#builds.get(plugin) ?? 0) + 1;
      this.#builds.set(plugin, builds);
      if (builds < 2) return this.#forget();
    } else if (!this.#commands.has("compile")) return;
    try {
      this.#commands.set(tool, await this.#kept(command));
    } catch {
      // Without a copy there is nothing to prepare with, and the build itself needs none.
      await this.#forget();
    }
  }

  /** A build is under way, which needs the processor: what is being prepared stands still until `prepare` is called. */
  yield(): void {
    if (this.#state === "preparing") this.#runner.hold(true);
  }

  /** Goes on to prepare, or starts to where a build was kept. */
  prepare(): void {
    if (this.#state === "preparing") this.#runner.hold(false);
    if (this.#state !== "waiting" || this.#commands.size < 2) return;
    this.#state = "preparing";
    this.#prepared = this.#rehearse([...this.#commands.values()])
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

  async #rehearse(commands: readonly ToolCommand[]): Promise<void> {
    const { signal } = new AbortController();
    for (let round = 0; round < rounds; round++) {
      for (const command of commands) await this.#runner.run(command, signal, false);
    }
  }

  async #kept(command: ToolCommand): Promise<ToolCommand> {
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(tmpdir(), "tenon-go-"));
      process.once("exit", this.#remove);
    }
    const folder = join(this.#folder, command.tool);
    const moved = (text: string) => text.replaceAll(command.writes, folder);
    await rm(folder, { recursive: true, force: true });
    await cp(command.writes, folder, { recursive: true });
    const imports = join(folder, "importcfg");
    await writeFile(imports, moved(await readFile(imports, "utf8")));
    return { ...command, words: command.words.map(moved), reads: command.reads, writes: folder };
  }

  async #forget(): Promise<void> {
    this.#commands.clear();
    if (this.#folder === undefined) return;
    process.off("exit", this.#remove);
    const folder = this.#folder;
    this.#folder = undefined;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}
