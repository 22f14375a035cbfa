import { tmpdir } from "node:os";
import { join } from "node:path";
import semver from "semver";
import {
  goCgoDisabled,
  goFlagsWithoutTrimpath,
  goNewerLine,
  goNoCCompiler,
  goPlatformUnsupported,
} from "../../../errors/factories/go-doctor.js";
import type { Finding } from "../../../errors/finding.js";
import { onSearchPath } from "../toolchain/find-toolchain.js";
import { runCommand } from "../toolchain/run-command.js";
import type { PluginSource } from "./plugin-source.js";

const platforms: ReadonlySet<string> = new Set(["linux", "darwin", "freebsd", "android"]);
/** Milliseconds that the go command may take to print its settings. */
const settingsTimeout = 20_000;

/** Reads the go command's settings, outside of any module. Returns `undefined` if there is no go command. */
export async function goSettings(
  environment: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>> | undefined> {
  const file = await onSearchPath("go", environment.PATH);
  if (file === undefined) return undefined;
  const { code, stdout } = await runCommand({
    file,
    words: ["env", "-json", "GOVERSION", "GOFLAGS", "CGO_ENABLED", "CC", "GOOS", "GOMODCACHE"],
    folder: tmpdir(),
    environment: { ...environment, GOTOOLCHAIN: "local", GOWORK: "off" },
    signal: AbortSignal.timeout(settingsTimeout),
  });
  return code === 0 ? (JSON.parse(stdout) as Record<string, string>) : undefined;
}

/** Finds problems in the author's environment. */
export async function environmentFindings(
  plugin: PluginSource,
  settings: Readonly<Record<string, string>> | undefined,
): Promise<Finding[]> {
  if (settings === undefined) return [];
  const { GOVERSION = "", GOFLAGS = "", CGO_ENABLED = "", CC = "gcc", GOOS = "" } = settings;
  const findings: Finding[] = [];
  if (GOFLAGS !== "" && !/(?:^|\s)-trimpath\b/.test(GOFLAGS)) findings.push(goFlagsWithoutTrimpath(GOFLAGS));
  if (CGO_ENABLED === "0") findings.push(goCgoDisabled());
  const compiler = CC.split(/\s+/)[0] ?? CC;
  if (!compiler.includes("/") && (await onSearchPath(compiler, plugin.environment.PATH)) === undefined)
    findings.push(goNoCCompiler(CC));
  if (!platforms.has(GOOS)) findings.push(goPlatformUnsupported(GOOS));
  const { go, toolchain } = plugin.module;
  const chosen = toolchain?.replace(/^go/, "");
  const [line, wanted] =
    chosen !== undefined && (go === undefined || isNewer(chosen, go)) ? ["toolchain", chosen] : ["go", go];
  if (wanted !== undefined && isNewer(wanted, GOVERSION.replace(/^go/, "")))
    findings.push(goNewerLine(join(plugin.shownRoot, "go.mod"), line, wanted, GOVERSION));
  return findings;
}

/** Whether a release ("1.27", "1.26.8", "1.27rc1") comes after another. */
export function isNewer(version: string, than: string): boolean {
  const [one, other] = [version, than].map((text) => {
    const [, major, minor, patch, kind, count] = /^(\d+)\.(\d+)(?:\.(\d+))?(?:(rc|beta)(\d+))?/.exec(text) ?? [];
    if (major === undefined) return null;
    return semver.parse(`${major}.${minor}.${patch ?? 0}${kind === undefined ? "" : `-${kind}.${count}`}`);
  });
  return one != null && other != null && semver.gt(one, other);
}
