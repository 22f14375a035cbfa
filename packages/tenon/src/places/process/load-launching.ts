import { loadStopped } from "../../errors/factories/host.js";
import { type ExitLimits, exitError, exitOf, type Launcher } from "../../launch/index.js";
import type { PinnedCopies } from "../../launch/pinned-copies.js";
import { within } from "../../launch/within.js";
import { grantedEnvironment } from "../../runtime/granted-environment.js";
import type {
  CallControl,
  CloseReport,
  Instance,
  LaunchedProgram,
  LaunchOptions,
  PlaceLimits,
  Prepared,
  Program,
  Runtime,
  SandboxOptions,
  StartRequest,
} from "../../runtime/index.js";
import { programIsolation } from "./isolation.js";
import { launchingTraits } from "./traits.js";

/** How long a program may take to close, in milliseconds, by default. */
const closeDeadline = 5000;

/** Loads a plugin whose runtime starts a program. What it has started ends by force if loading fails or is cancelled. */
export async function loadLaunching(
  launcher: Launcher,
  runtime: Runtime,
  prepared: Prepared,
  request: StartRequest,
  limits: PlaceLimits,
  sandbox: SandboxOptions | undefined,
  cacheFolder: string | undefined,
): Promise<Instance> {
  const { signal } = request;
  const environment = grantedEnvironment(request.grants.environment, process.env);
  const started: Program[] = [];
  const kill = () => {
    for (const program of started) program.kill();
  };
  const launch = async (options: LaunchOptions): Promise<LaunchedProgram> => {
    if (signal.aborted) throw loadStopped(prepared.path, signal.reason);
    const log = request.log.bind(request);
    const copies = request.integrity === undefined ? undefined : await copiesOf(prepared, cacheFolder);
    const program = await launcher.start({
      ...(copies?.replacedIn(options) ?? options),
      environment,
      ...limitsOf(limits),
      sandbox: sandbox && copies ? { ...sandbox, files: [...sandbox.files, copies.folder] } : sandbox,
      log,
      plugin: request.name ?? prepared.path,
    });
    started.push(program);
    if (signal.aborted) program.kill();
    return launched(program, prepared.path, limitsOf(limits), sandbox);
  };
  signal.addEventListener("abort", kill, { once: true });
  try {
    const instance = await runtime.load(prepared, { ...request, traits: launchingTraits, launch });
    for (const program of started) program.hold(false);
    return instance;
  } catch (thrown) {
    kill();
    await Promise.all(started.map(({ exited }) => exited));
    throw thrown;
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

/** The host has compared the digest; a place that has no files to compare starts nothing. */
async function copiesOf({ files, path }: Prepared, cacheFolder: string | undefined): Promise<PinnedCopies> {
  const copies = await import("../../launch/pinned-copies.js");
  return copies.PinnedCopies.of(files ?? [], path, cacheFolder);
}

function limitsOf({ memory, resources }: PlaceLimits): ExitLimits {
  return { memory, resources };
}

function launched(
  program: Program,
  subject: string,
  limits: ExitLimits,
  sandbox: SandboxOptions | undefined,
): LaunchedProgram {
  const { id, stdin, stdout, sockets, exited } = program;
  const ended = exited.then((exit) => ({ exit: exitOf(exit), error: exitError(exit, subject, limits) }));
  let report: Promise<CloseReport> | undefined;
  return {
    ...{ id, stdin, stdout, sockets, exited, ended },
    isolation: programIsolation(limits.memory, sandbox),
    kill: (signal) => program.kill(signal),
    hold: (held) => program.hold(held),
    close: (control) => (report ??= close(program, control)),
  };
}

/** Tells a program that nobody talks to it any more, waits until it has exited, and kills it at the deadline. */
async function close(program: Program, { deadline }: CallControl): Promise<CloseReport> {
  program.hold(true);
  const { stdin, stdout, sockets, exited } = program;
  for (const socket of [stdin, ...sockets]) socket?.end();
  // What it still writes is discarded, so that it does not wait for somebody to read it.
  stdout?.resume();
  if (stdin === undefined && sockets.length === 0) program.kill("SIGTERM");
  const forced = !(await within(deadline > 0 ? deadline : closeDeadline, exited));
  if (forced) program.kill();
  const exit = await exited;
  return { proof: "process-exited", exit: exitOf(exit), forced, resources: 0 };
}
