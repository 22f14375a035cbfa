import type { Program, ProgramOptions } from "../runtime/program.js";
import { GroupWatch } from "./group-watch.js";
import { Reaper } from "./reaper.js";
import { RunningProgram } from "./running-program.js";

/**
 * Starts programs and watches over them: one that uses more than it may is killed with its group, and all of them are
 * killed when the host exits, however that happens.
 *
 * ```ts
 * const launcher = new Launcher();
 * const program = await launcher.start({ subject, command: "/bin/cat", arguments: [], input: true, … });
 * ```
 */
export class Launcher {
  readonly #reaper = new Reaper();
  readonly #watch = new GroupWatch();
  readonly #running = new Set<RunningProgram>();

  /** @throws TENON_PLACE_START if the program, or what watches over it, cannot be started. */
  async start(options: ProgramOptions): Promise<Program> {
    const program = await RunningProgram.start(options);
    const { id, mark } = program;
    this.#running.add(program);
    const { memory, resources = { processes: 0, cpu: 0 } } = options;
    this.#watch.add(id, mark, { memory, processes: resources.processes, cpu: resources.cpu }, (exceeded) =>
      program.killForExcess(exceeded),
    );
    void program.exited.then(() => {
      this.#running.delete(program);
      this.#watch.remove(id);
      this.#reaper.remove(id);
    });
    try {
      this.#reaper.add(id, mark);
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
