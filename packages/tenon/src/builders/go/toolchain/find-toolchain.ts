import { access, constants } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { errors } from "../../../errors/index.js";
import { experimentMark, type HostRequirements } from "../requirements.js";
import { runCommand } from "../run-command.js";
import { knownRoots, releaseOfRoot } from "./known-places.js";

/** A Go installation. */
export interface Toolchain {
  readonly release: string;
  /** The folder of the installation. */
  readonly root: string;
  /** The go command. */
  readonly go: string;
  /** `path` (the go on PATH), `machine` (found elsewhere), or `download` (fetched by the go on PATH). */
  readonly origin: "path" | "machine" | "download";
}

export interface ToolchainOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Whether a release that is not on the machine may be downloaded, by the go on PATH. */
  readonly download: boolean;
  progress?(doing: string): void;
}

/**
 * The Go installation of exactly the host's release: the go on PATH if it is that one, another one on the machine, or
 * one that the go on PATH (1.21 or later) downloads.
 *
 * @throws TENON_GO_TOOLCHAIN_MISSING
 */
export async function findToolchain(required: HostRequirements, options: ToolchainOptions): Promise<Toolchain> {
  const { release } = required;
  const onPath = await goOnPath(options);
  if (release === undefined) {
    if (onPath !== undefined && onPath.version === required.goVersion.split(experimentMark)[0])
      return { release: onPath.version, root: onPath.root, go: join(onPath.root, "bin", "go"), origin: "path" };
    throw missing(required, "it is a development version, which nobody but its maker has", {
      text: "Put the Go that built the host first in PATH, or build the host with a release.",
    });
  }
  if (onPath?.version === release) {
    return { release, root: onPath.root, go: join(onPath.root, "bin", "go"), origin: "path" };
  }
  for (const root of await knownRoots(release, onPath?.moduleCache)) {
    const go = join(root, "bin", "go");
    if ((await releaseOfRoot(root)) === release && (await isExecutable(go)))
      return { release, root, go, origin: "machine" };
  }
  return download(required, release, onPath, options);
}

interface GoOnPath {
  readonly file: string;
  readonly version: string;
  readonly root: string;
  readonly moduleCache: string;
}

/** The go command on PATH and what it says of itself. Asked outside of any module, which could choose another release. */
async function goOnPath({ environment, signal }: ToolchainOptions): Promise<GoOnPath | undefined> {
  const file = await onSearchPath("go", environment.PATH);
  if (file === undefined) return undefined;
  const { code, stdout } = await runCommand({
    file,
    words: ["env", "-json", "GOVERSION", "GOROOT", "GOMODCACHE"],
    folder: tmpdir(),
    environment: { ...environment, GOTOOLCHAIN: "local", GOWORK: "off", GO111MODULE: "on" },
    signal,
  });
  if (code !== 0) return undefined;
  const { GOVERSION = "", GOROOT = "", GOMODCACHE = "" } = JSON.parse(stdout) as Record<string, string>;
  return { file, version: GOVERSION.split(experimentMark)[0] ?? "", root: GOROOT, moduleCache: GOMODCACHE };
}

async function download(
  required: HostRequirements,
  release: string,
  onPath: GoOnPath | undefined,
  { environment, signal, download, progress }: ToolchainOptions,
): Promise<Toolchain> {
  const install = {
    text: `Install ${release}.`,
    command: `go install golang.org/dl/${release}@latest && ${release} download`,
  };
  if (onPath === undefined)
    throw missing(required, "there is no go command on PATH that could download it", {
      text: `Install ${release} from https://go.dev/dl/ and put it in PATH.`,
    });
  const minor = Number(/^go1\.(\d+)/.exec(onPath.version)?.[1] ?? Number.POSITIVE_INFINITY);
  if (minor < 21)
    throw missing(required, `the go on PATH is ${onPath.version}, and only 1.21 and later download others`, install);
  if (!download) throw missing(required, `the go on PATH is ${onPath.version}, and nothing may be downloaded`, install);
  progress?.(`downloading ${release}`);
  const { code, stdout, stderr } = await runCommand({
    file: onPath.file,
    words: ["env", "GOROOT"],
    folder: tmpdir(),
    environment: { ...environment, GOTOOLCHAIN: release, GOWORK: "off" },
    signal,
  });
  const root = stdout.trim();
  if (code !== 0 || (await releaseOfRoot(root)) !== release) {
    const said = stderr.trim().split("\n").at(-1) ?? "";
    throw missing(required, `the go on PATH (${onPath.version}) could not download it: ${said}`, {
      text: `Check the network and GOPROXY, or install ${release} by hand.`,
      command: install.command,
    });
  }
  return { release, root, go: join(root, "bin", "go"), origin: "download" };
}

/** The file that a command's name leads to. */
export async function onSearchPath(name: string, path: string | undefined): Promise<string | undefined> {
  for (const folder of (path ?? "").split(delimiter)) {
    const file = join(folder, name);
    if (folder !== "" && (await isExecutable(file))) return file;
  }
  return undefined;
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function missing({ host, goVersion }: HostRequirements, why: string, fix: { text: string; command?: string }) {
  return errors.TENON_GO_TOOLCHAIN_MISSING({
    message: `${host} was built with ${goVersion}, which cannot be had here: ${why}`,
    subject: goVersion,
    fix,
  });
}
