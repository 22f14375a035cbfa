import { stat } from "node:fs/promises";
import type { Socket } from "node:net";
import { dirname } from "node:path";
import { loadStopped, sandboxUnavailable } from "../../errors/factories/host.js";
import { stackTooLarge } from "../../errors/factories/host-option.js";
import { processesNeedNode } from "../../errors/factories/place.js";
import { enforcedLimits } from "../../launch/abilities.js";
import { exitError, exitOf, Launcher } from "../../launch/index.js";
import { maximumFrame, type PlaceExit, startRemoteInstance } from "../../rpc/index.js";
import { readMark } from "../../runtime/console-levels.js";
import { otherEngine } from "../../runtime/engine.js";
import { grantedEnvironment } from "../../runtime/granted-environment.js";
import type {
  Instance,
  Place,
  PlaceLimits,
  Prepared,
  Runtime,
  SandboxAnswer,
  StartRequest,
} from "../../runtime/index.js";
import { ownFile } from "../../runtime/own-package.js";
import { profilingOptions } from "../../runtime/profiling-options.js";
import { titleOf } from "../../runtime/title.js";
import { processIsolation } from "./isolation.js";
import { loadLaunching } from "./load-launching.js";
import { mostOccupied } from "./memory-allowance.js";
import { nodeExits } from "./node-exits.js";
import { sandboxOf } from "./sandbox.js";
import { StreamChannel } from "./stream-channel.js";
import { processGrants, processTraits } from "./traits.js";

/** How {@link processPlace} starts processes. */
export interface ProcessPlaceOptions {
  /** Node options for every plugin's process: `["--inspect=0"]` to debug them. The host's own options are not inherited. */
  readonly execArgv?: readonly string[];
  /** The Node executable. Default: the one that runs the host. */
  readonly nodePath?: string;
  /** Where copies of programs are kept that are pinned by a digest. Default: a folder in the user's cache. */
  readonly cacheFolder?: string | undefined;
}

/**
 * Runs each plugin in its own process.
 *
 * The process starts in the plugin's folder, in its own session and process group, with only the granted environment and
 * no standard input. What it prints goes to its log. It keeps the host's program running only while a call is pending. It
 * is killed when the host exits, however that happens, together with every program that it started in its group.
 *
 * `start` rejects with TENON_PLACE_START if the process cannot be started or the host does not run on Node, and with what loading rejects with.
 */
export function processPlace(options: ProcessPlaceOptions = {}): Place {
  return new ProcessPlace(options);
}

class ProcessPlace implements Place {
  readonly name = "process";
  readonly traits = processTraits;
  readonly enforces = processGrants;
  readonly isolation = processIsolation(0);
  readonly resourceLimits = enforcedLimits;
  readonly #options: ProcessPlaceOptions;
  readonly #launcher = new Launcher();

  constructor(options: ProcessPlaceOptions) {
    this.#options = options;
  }

  sandboxes(): Promise<SandboxAnswer> {
    return this.#launcher.sandboxes();
  }

  async start(runtime: Runtime, prepared: Prepared, request: StartRequest, limits: PlaceLimits): Promise<Instance> {
    const sandbox = sandboxOf(runtime, prepared, request);
    if (sandbox !== undefined) {
      const answer = await this.sandboxes();
      if (answer !== true) throw sandboxUnavailable(request.name ?? prepared.path, answer);
    }
    if (runtime.launches === true)
      return loadLaunching(this.#launcher, runtime, prepared, request, limits, sandbox, this.#options.cacheFolder);
    const engine = otherEngine();
    if (engine !== undefined) throw processesNeedNode(prepared.path, engine);
    const environment = grantedEnvironment(request.grants.environment, process.env);
    const folder = await folderOf(prepared.path);
    if (request.signal.aborted) throw loadStopped(prepared.path, request.signal.reason);
    const title = titleOf(request.name, prepared.path);
    const program = await this.#launcher.start({
      command: this.#options.nodePath ?? process.execPath,
      arguments: [
        ...heapLimit(limits.memory),
        ...stackLimit(limits.stack, prepared.path),
        ...profilingOptions(),
        ...(this.#options.execArgv ?? []),
        `--title=${title}`,
        // Debuggers show the name of the main program. The plugin has none: its entry is loaded before, and stays there.
        `--import=${ownFile("places/process/entry.js").href}`,
        "--",
        title,
      ],
      folder,
      environment,
      sockets: 1,
      sandbox,
      isNode: true,
      plugin: request.name ?? prepared.path,
      memory: limits.memory === 0 ? 0 : mostOccupied(limits.memory, codeBytes(prepared)),
      resources: limits.resources,
      log: (line) => request.log({ ...line, ...readMark(line.text) }),
    });
    const [socket] = program.sockets as [Socket];
    const ended = program.exited.then(
      (exit): PlaceExit => ({
        exit: exitOf(exit),
        error: exitError(exit, prepared.path, limits, nodeExits),
      }),
    );
    return startRemoteInstance({
      isolation: processIsolation(limits.memory, sandbox),
      proof: "process-exited",
      id: program.id,
      channel: new StreamChannel(socket, { limit: maximumFrame(limits.bytes), ended }),
      runtime,
      prepared,
      request,
      limits,
      ended,
      kill: () => program.kill(),
      hold: (active) => program.hold(active),
    });
  }

  close(): Promise<void> {
    return this.#launcher.close();
  }
}

/** How many bytes of code are sent to the process, to be compiled there. */
function codeBytes({ payload }: Prepared): number {
  const parts = typeof payload === "object" && payload !== null ? Object.values(payload) : [];
  return parts.reduce((sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
}

/** V8's option for a limit in bytes. */
function heapLimit(memory: number): readonly string[] {
  return memory > 0 ? [`--max-old-space-size=${Math.max(1, Math.floor(memory / 2 ** 20))}`] : [];
}

/** What every system provides for a process's first thread, with room for the engine itself. */
const largestStack = 4 * 2 ** 20;

/** @throws TENON_OPTION_INVALID for more than the system provides, because it would kill the process. */
function stackLimit(stack = 0, subject: string): readonly string[] {
  if (stack === 0) return [];
  if (stack <= largestStack) return [`--stack-size=${Math.floor(stack / 1024)}`];
  throw stackTooLarge(subject, stack, largestStack);
}

async function folderOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ? path : dirname(path);
}
