import { sandboxUnavailable } from "../errors/factories/host.js";
import type { NoSandbox, SandboxAnswer } from "../runtime/index.js";
import type { Program, ProgramOptions, SandboxOptions } from "../runtime/program.js";
import { findProgram } from "./find-program.js";
import { GroupWatch } from "./group-watch.js";
import { newMark } from "./mark.js";
import type { NetworkProxy } from "./proxy/index.js";
import { reaper } from "./reaper.js";
import { type RunningOptions, RunningProgram } from "./running-program.js";
import type { Bubblewrap } from "./sandbox/index.js";

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
  readonly #watch = new GroupWatch();
  readonly #running = new Set<RunningProgram>();
  #found: Promise<Bubblewrap | NoSandbox> | undefined;

  /** @throws TENON_PLACE_START if the program, or what watches over it, cannot be started. */
  async start(options: ProgramOptions): Promise<Program> {
    const mark = newMark();
    // Before there is anything to end: the host may be killed while it starts the program.
    if (mark !== undefined) reaper.add({ mark });
    let program: RunningProgram;
    let proxy: NetworkProxy | undefined;
    try {
      const { sandbox } = options;
      if (sandbox?.hosts !== undefined) proxy = await this.#proxy(options, sandbox.hosts);
      program = await RunningProgram.start(
        sandbox === undefined ? options : await this.#inSandbox({ ...options, sandbox }, proxy),
        mark,
        proxy && (() => proxy?.close()),
      );
    } catch (error) {
      await proxy?.close();
      if (mark !== undefined) reaper.remove({ mark });
      throw error;
    }
    const { id } = program;
    this.#running.add(program);
    const { memory, resources = { processes: 0, cpu: 0 } } = options;
    const helpers = helpersOf(options);
    const processes = resources.processes === 0 ? 0 : resources.processes + helpers;
    this.#watch.add(id, mark, { memory, processes, cpu: resources.cpu }, ({ limit, used }) =>
      program.killForExcess({ limit, used: limit === "processes" ? used - helpers : used }),
    );
    void program.exited.then(() => {
      this.#running.delete(program);
      this.#watch.remove(id);
      reaper.remove({ group: id });
      if (mark !== undefined) reaper.remove({ mark });
    });
    try {
      reaper.add({ group: id });
    } catch (error) {
      program.kill();
      throw error;
    }
    return program;
  }

  /** Returns whether programs can be started in a sandbox, or why not. The system is tried once. */
  async sandboxes(): Promise<SandboxAnswer> {
    const found = await this.#bubblewrap();
    return "reason" in found ? found : true;
  }

  #bubblewrap(): Promise<Bubblewrap | NoSandbox> {
    this.#found ??= import("./sandbox/index.js").then(({ findBubblewrap }) => findBubblewrap());
    return this.#found;
  }

  async #proxy({ plugin, command, log }: ProgramOptions, network: readonly string[]): Promise<NetworkProxy> {
    const { NetworkProxy } = await import("./proxy/index.js");
    return NetworkProxy.start({ plugin: plugin ?? command, network, log, watch: reaper });
  }

  async #inSandbox(
    options: ProgramOptions & { readonly sandbox: SandboxOptions },
    proxy: NetworkProxy | undefined,
  ): Promise<RunningOptions> {
    const found = await this.#bubblewrap();
    if ("reason" in found) throw sandboxUnavailable(options.command, found);
    const { sandboxedProgram } = await import("./sandbox/index.js");
    const command = findProgram(options.command, options.folder, options.environment);
    const descriptors = 3 + (options.sockets ?? 0);
    const connected =
      proxy === undefined ? options : (await import("./proxy/index.js")).withProxy({ ...options, command }, proxy);
    const inside = sandboxedProgram(
      found,
      { ...connected, command: connected === options ? command : connected.command },
      descriptors,
    );
    return { ...options, ...inside, folder: "/", environment: {} };
  }

  /** Kills every program that still runs, and waits until they have exited. */
  async close(): Promise<void> {
    for (const program of this.#running) program.kill();
    await Promise.all([...this.#running].map(({ exited }) => exited));
  }
}

/** How many processes of its group are not the program's: two of bubblewrap, and what forwards connections. */
function helpersOf({ sandbox, isNode }: ProgramOptions): number {
  if (sandbox === undefined) return 0;
  return sandbox.hosts === undefined || isNode === true ? 2 : 3;
}
