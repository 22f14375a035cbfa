import { access, constants } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { goToolchainMissing } from "../../../errors/factories/go-build.js";
import { experimentMark, type HostRequirements } from "../host/requirements.js";
import { knownInstallations, releaseOfRoot } from "./installations.js";
import { runCommand } from "./run-command.js";

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
  progress?(step: string): void;
}

/**
 * Finds a Go installation of exactly the host's release: the go on PATH, another one on this machine, or one that the go on PATH
 * (1.21 or later) downloads.
 *
 * @throws TENON_GO_TOOLCHAIN_MISSING
 */
export async function findToolchain(required: HostRequirements, options: ToolchainOptions): Promise<Toolchain> {
  const { release } = required;
  const onPath = await goOnPath(options);
  if (release === undefined) {
    if (onPath !== undefined && onPath.version === required.goVersion.split(experimentMark)[0])
      return { release: onPath.version, root: onPath.root, go: join(onPath.root, "bin", "go"), origin: "path" };
    throw goToolchainMissing(required, { kind: "development" });
  }
  if (onPath?.version === release) {
    return { release, root: onPath.root, go: join(onPath.root, "bin", "go"), origin: "path" };
  }
  for (const root of await knownInstallations(release, onPath?.moduleCache)) {
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

/** Finds the go command on PATH, and its settings. It runs outside of any module, since a module could choose another release. */
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
  if (onPath === undefined) throw goToolchainMissing(required, { kind: "no-go", release });
  const found = onPath.version;
  const minor = Number(/^go1\.(\d+)/.exec(onPath.version)?.[1] ?? Number.POSITIVE_INFINITY);
  if (minor < 21) throw goToolchainMissing(required, { kind: "too-old", release, found });
  if (!download) throw goToolchainMissing(required, { kind: "no-download", release, found });
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
    const output = stderr.trim().split("\n").at(-1) ?? "";
    throw goToolchainMissing(required, { kind: "download-failed", release, found, output });
  }
  return { release, root, go: join(root, "bin", "go"), origin: "download" };
}

/** Finds a command's file on a search path. */
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
