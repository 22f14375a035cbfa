import { tmpdir } from "node:os";
import { join } from "node:path";
import semver from "semver";
import { type Finding, finding } from "../../../errors/index.js";
import { runCommand } from "../run-command.js";
import { onSearchPath } from "../toolchain/find-toolchain.js";
import type { Subject } from "./subject.js";

const platforms: ReadonlySet<string> = new Set(["linux", "darwin", "freebsd", "android"]);
const patience = 20_000;

/** What the go command says of itself outside of any module; `undefined` where there is none. */
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
    signal: AbortSignal.timeout(patience),
  });
  return code === 0 ? (JSON.parse(stdout) as Record<string, string>) : undefined;
}

/** What the author's machine and variables tell. */
export async function environmentFindings(
  subject: Subject,
  settings: Readonly<Record<string, string>> | undefined,
): Promise<Finding[]> {
  if (settings === undefined) return [];
  const { GOVERSION = "", GOFLAGS = "", CGO_ENABLED = "", CC = "gcc", GOOS = "" } = settings;
  const findings: Finding[] = [];
  if (GOFLAGS !== "" && !/(?:^|\s)-trimpath\b/.test(GOFLAGS))
    findings.push(
      finding("TENON_GO_DOCTOR_TRIMPATH", {
        severity: "info",
        subject: "GOFLAGS",
        message: `GOFLAGS is ${GOFLAGS}, without -trimpath`,
      }),
    );
  if (CGO_ENABLED === "0")
    findings.push(finding("TENON_GO_DOCTOR_NO_CGO", { subject: "CGO_ENABLED", message: "CGO_ENABLED is 0 here" }));
  const compiler = CC.split(/\s+/)[0] ?? CC;
  if (!compiler.includes("/") && (await onSearchPath(compiler, subject.environment.PATH)) === undefined)
    findings.push(finding("TENON_GO_DOCTOR_NO_CGO", { subject: CC, message: `the C compiler ${CC} is not on PATH` }));
  if (!platforms.has(GOOS))
    findings.push(
      finding("TENON_GO_DOCTOR_PLATFORM", {
        subject: GOOS,
        message: `Go builds for ${GOOS} here, which has no plugins`,
      }),
    );
  const { go, toolchain } = subject.module;
  const chosen = toolchain?.replace(/^go/, "");
  const [line, wanted] =
    chosen !== undefined && (go === undefined || isNewer(chosen, go)) ? ["toolchain", chosen] : ["go", go];
  if (wanted !== undefined && isNewer(wanted, GOVERSION.replace(/^go/, "")))
    findings.push(
      finding("TENON_GO_DOCTOR_NEWER_GO", {
        severity: "warning",
        subject: join(subject.shownRoot, "go.mod"),
        message: `${join(subject.shownRoot, "go.mod")}: the ${line} line asks for ${wanted}, and the go on PATH is ${GOVERSION}`,
      }),
    );
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
