import type { Program, ProgramOptions } from "../runtime/program.js";
import { MemoryWatch } from "./memory-watch.js";
import { Reaper } from "./reaper.js";
import { RunningProgram } from "./running-program.js";

/**
 * Starts programs and watches over them: one that occupies too much memory is killed with its group, and all of them are
 * killed when the host exits, however that happens.
 *
 * ```ts
 * const launcher = new Launcher();
 * const program = await launcher.start({ subject, command: "/bin/cat", arguments: [], input: true, … });
 * ```
 */
export class Launcher {
  readonly #reaper = new Reaper();
  readonly #memory = new MemoryWatch();
  readonly #running = new Set<RunningProgram>();

  /** @throws TENON_PLACE_START if the program, or what watches over it, cannot be started. */
  async start(options: ProgramOptions): Promise<Program> {
    const program = await RunningProgram.start(options);
    const { id } = program;
    this.#running.add(program);
    if (options.memory > 0) this.#memory.add(id, options.memory, (occupied) => program.killForMemory(occupied));
    void program.exited.then(() => {
      this.#running.delete(program);
      this.#memory.remove(id);
      this.#reaper.remove(id);
    });
    try {
      this.#reaper.add(id);
    } catch (error) {
      program.kill();
      throw error;
    }
    return program;
  }

  /** Kills every program that still runs, and waits until they have exited. */
  async close(): Promise<void> {
    for (const program of this.#running) program.kill();
    await Promise.all([...this.#running].map(({ exited }) => exited));
  }
}
