import { artifactRefused } from "../errors/factories/host.js";
import type { Finding, TenonError } from "../errors/index.js";
import type { GrantReport } from "../grants/enforcement.js";
import type { Artifact } from "../runtime/index.js";

/**
 * `fits`: opens as it is. `adapts`: opens, with the differences bridged. `breaks`: will not open. `unknown`: no problem
 * was found, but the plugin carries no contract that could be compared without running it.
 */
export type Verdict = "fits" | "adapts" | "breaks" | "unknown";

/** What a check found, without running anything of the plugin. */
export interface Report {
  readonly verdict: Verdict;
  /** The artifact, as it was passed. */
  readonly artifact: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** The runtime that would open it. */
  readonly runtime: string | undefined;
  /** What the runtime calls this kind of artifact: "TypeScript module". */
  readonly description: string | undefined;
  /** The digest that `open` takes as `integrity`; `undefined` if it is not known without running or building with code of the plugin. */
  readonly digest?: string | undefined;
  readonly findings: readonly Finding[];
  /** What it asks for, what it would be given, and what would enforce that; absent while the runtime is not known. */
  readonly grants?: GrantReport;
}

export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === "error")) return "breaks";
  if (findings.some(({ code, severity }) => code === "TENON_CONTRACT_NOT_CARRIED" && severity === "warning"))
    return "unknown";
  return findings.some(({ code }) => code === "TENON_CONTRACT_ADAPTS") ? "adapts" : "fits";
}

export function makeReport(
  given: string,
  artifact: Artifact | undefined,
  runtime: { name: string; description: string } | undefined,
  findings: readonly Finding[],
): Report {
  return {
    verdict: verdictOf(findings),
    artifact: given,
    name: artifact?.manifest.name,
    version: artifact?.manifest.version,
    runtime: runtime?.name,
    description: runtime?.description,
    findings,
  };
}

/** The error that `open` throws for an artifact that fails its check: the first error finding, with all of them attached. */
export function refusal({ artifact, findings }: Report): TenonError {
  const found = findings.filter(({ severity }) => severity === "error");
  return artifactRefused(artifact, found[0], found.length, findings);
}

/** Converts an error from reading or recognising an artifact to findings. */
export function findingOf(error: TenonError): Finding[] {
  if (error.findings.length > 0) return [...error.findings];
  return [
    {
      code: error.code,
      severity: "error",
      subject: error.subject ?? "",
      message: error.message,
      cause: causeOf(error),
      fix: error.fix,
    },
  ];
}

function causeOf(error: TenonError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
