import { randomUUID } from "node:crypto";
import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import {
  goHostForWindows,
  goHostIsPlugin,
  goHostWithoutCgo,
  goMainMissing,
  goOutputUnwritable,
} from "../../errors/factories/go-build.js";
import type { Finding } from "../../errors/finding.js";
import { type PathRule, pathFlags, pathRules } from "./compile-paths.js";
import { compilerWrapper } from "./compiler-wrapper.js";
import type { HostFacts } from "./host/host-facts.js";
import { readHost } from "./host/read-host.js";
import { describeHost, type HostRequirements } from "./host/requirements.js";
import { GoCommand } from "./modules/go-command.js";
import { goFailure } from "./modules/go-failure.js";
import { compiledPackages, downloadIn } from "./modules/go-progress.js";
import { ModuleFile } from "./modules/module-file.js";
import { type Pin, pinModules } from "./modules/pin-modules.js";
import { findPluginModule, type PluginModule } from "./modules/plugin-module.js";
import { addSums } from "./modules/sums.js";
import {
  compilingFlags,
  findProfile,
  goVariables,
  selectingFlags,
  withoutOverruled,
} from "./toolchain/build-settings.js";
import { chooseCompiler, runsOn, thisMachine } from "./toolchain/c-compiler.js";
import { findToolchain, type Toolchain } from "./toolchain/find-toolchain.js";
import { expectFit, type Verdict, type Verify } from "./verdict.js";

const defaultDeadline = 30 * 60_000;
// The longest timeout that Node supports.
const longestDeadline = 2 ** 31 - 1;

/** What to build, and how. */
export interface GoBuildOptions {
  /** The path of the host, or what was read from it. */
  readonly host: string | HostFacts;
  /** The folder of the plugin's main package. */
  readonly folder: string;
  /** The file to write. */
  readonly output: string;
  /** Predicts whether the host opens a file. Without it, the result is not verified. */
  readonly verify?: Verify | undefined;
  /** The folder of the host's main module, for plugins that use its packages. */
  readonly hostSource?: string | undefined;
  /** The profile that the host was optimised with, if it is not at the path that the host names. */
  readonly pgo?: string | undefined;
  /** The plugin's own build tags, in addition to the host's. */
  readonly tags?: readonly string[] | undefined;
  /** The plugin's own linker flags: `-s -w`. */
  readonly ldflags?: string | undefined;
  /** Whether a missing Go release may be downloaded. Default: true. */
  readonly download?: boolean | undefined;
  /** Whether to only plan the build, without compiling anything or writing a file. */
  readonly dryRun?: boolean | undefined;
  /** How long the build may take, in milliseconds; 0 for no limit. Default: 30 minutes. */
  readonly deadline?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Default: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** Called when a step begins, with text for people: `downloading example.com/lib v1.2.0`. */
  progress?(step: string): void;
}

/** The go command of a build. */
export interface GoBuildCommand {
  readonly folder: string;
  /** The variables that were set, in addition to the author's own. */
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  /** The content of the go.mod that -modfile names. The file is removed after the build. */
  readonly moduleFile: string;
}

/** A plugin that was built for a host. */
export interface GoBuild {
  /** The plugin's file, or `undefined` for a dry run. */
  readonly output: string | undefined;
  /** In bytes. */
  readonly size: number | undefined;
  readonly toolchain: Toolchain;
  readonly command: GoBuildCommand;
  readonly pins: readonly Pin[];
  readonly paths: readonly PathRule[];
  /** `undefined` if the result was not verified. */
  readonly verdict: Verdict | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Builds a Go plugin that a given host opens: with the host's Go release, flags and module versions, and each package compiled
 * under the path that it has in the host. Then it verifies the result. It does not change the plugin's go.mod and go.sum,
 * and only writes the output if everything succeeds.
 *
 * @throws the TENON_GO_… codes of errors/codes/go-build.ts; TENON_GO_HOST_NO_CGO; TENON_BUILD_WRITE; what readHost throws
 */
export async function buildGoPlugin(options: GoBuildOptions): Promise<GoBuild> {
  const host = typeof options.host === "string" ? await readHost(options.host) : options.host;
  const required = describeHost(host);
  expectPluginHost(required);
  const signal = signalOf(options);
  const variables = options.environment ?? process.env;
  const plugin = await findPluginModule(options.folder, variables);
  const environment = withoutOverruled(variables);
  const compiler = await chooseCompiler(required, environment);
  const profile = await findProfile(required, options);
  const toolchain = await findToolchain(required, {
    environment,
    signal,
    download: options.download !== false,
    progress: (step) => options.progress?.(step),
  });
  const workFolder = await mkdtemp(join(tmpdir(), "tenon-go-"));
  try {
    const set = { ...goVariables(required, toolchain), ...compiler };
    const go = new GoCommand({
      toolchain,
      folder: plugin.folder,
      environment: { ...environment, ...set, GOTMPDIR: workFolder },
      signal,
      onLine(line) {
        const step = downloadIn(line);
        if (step !== undefined) options.progress?.(step);
      },
    });
    return await build({ options, host, required, plugin, go, set, profile, workFolder });
  } finally {
    await rm(workFolder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function build(about: {
  options: GoBuildOptions;
  host: HostFacts;
  required: HostRequirements;
  plugin: PluginModule;
  go: GoCommand;
  set: Readonly<Record<string, string>>;
  profile: string | undefined;
  workFolder: string;
}): Promise<GoBuild> {
  const { options, host, required, plugin, go, set, profile, workFolder } = about;
  options.progress?.("choosing module versions");
  const file = await ModuleFile.copy(plugin, workFolder, go, required);
  await addSums(workFolder, required, file);
  const selecting = selectingFlags(required, options.tags);
  const hostSource = options.hostSource === undefined ? undefined : resolve(options.hostSource);
  const { packages, pins, findings } = await pinModules({ go, file, flags: selecting, host, required, hostSource });
  const main = packages.at(-1);
  if (main?.Name !== "main") throw goMainMissing(options.folder, main?.Name);
  const paths = pathRules(packages, host, required);
  const output = resolve(options.output);
  const draft = join(dirname(output), `.${basename(output)}.${randomUUID().slice(0, 8)}.so`);
  const words = [
    "build",
    "-buildmode=plugin",
    "-buildvcs=false",
    `-modfile=${file.path}`,
    ...selecting,
    ...compilingFlags(required, profile),
    ...pathFlags(paths, required),
    ...(paths.some(({ hasCgo }) => hasCgo) ? [`-toolexec=${await writeWrapper(workFolder)}`] : []),
    ...(options.ldflags === undefined ? [] : [`-ldflags=${options.ldflags}`]),
    "-o",
  ];
  const command = {
    folder: plugin.folder,
    environment: set,
    words: [go.toolchain.go, ...words, output, "."],
    moduleFile: await file.text(),
  };
  const made = { toolchain: go.toolchain, command, pins, paths };
  if (options.dryRun === true) return { ...made, output: undefined, size: undefined, verdict: undefined, findings };
  try {
    await mkdir(dirname(output), { recursive: true }).catch((cause: Error) => {
      throw goOutputUnwritable(options.output, cause);
    });
    options.progress?.(`compiling with ${go.toolchain.release}`);
    const compiled = compiledPackages(packages);
    const onLine = (line: string) => {
      const path = compiled.in(line);
      if (path !== undefined) options.progress?.(`compiling ${path}`);
    };
    const { code, stderr } = await go.runWith({ onLine }, ...words.toSpliced(1, 0, "-v"), draft, ".");
    if (code !== 0) throw goFailure(compiled.without(stderr), options.folder, required);
    options.progress?.("verifying");
    const verdict = await options.verify?.(host.path, draft, { runsHere: runsOn(required, thisMachine()) });
    const verified = verdict === undefined ? [] : expectFit(verdict, { draft, output: options.output, required, pins });
    const { size } = await stat(draft);
    await rename(draft, output).catch((cause: Error) => {
      throw goOutputUnwritable(options.output, cause);
    });
    return { ...made, output: options.output, size, verdict, findings: [...findings, ...verified] };
  } finally {
    await rm(draft, { force: true });
  }
}

function signalOf({ signal, deadline = defaultDeadline }: GoBuildOptions): AbortSignal {
  const signals = signal === undefined ? [] : [signal];
  if (deadline > 0) signals.push(AbortSignal.timeout(Math.min(deadline, longestDeadline)));
  return AbortSignal.any(signals);
}

function expectPluginHost(required: HostRequirements): void {
  if (!required.cgo) throw goHostWithoutCgo(required.host);
  if (required.buildMode === "plugin") throw goHostIsPlugin(required.host);
  if (required.os === "windows") throw goHostForWindows(required.host);
}

async function writeWrapper(folder: string): Promise<string> {
  const path = join(folder, "compiler-wrapper.sh");
  await writeFile(path, compilerWrapper);
  await chmod(path, 0o700);
  return path;
}
