import { type Code, errors, type Finding, type TenonError } from "../errors/index.js";
import type { Artifact } from "../runtime/index.js";

/**
 * `fits`: opens as it is. `adapts`: opens, and differences are bridged. `breaks`: will not be opened. `unknown`: nothing
 * speaks against it, but the plugin carries no contract that could be compared without running it.
 */
export type Verdict = "fits" | "adapts" | "breaks" | "unknown";

/** What a check found, without running anything of the plugin. */
export interface Report {
  readonly verdict: Verdict;
  /** The artifact, as it was given. */
  readonly artifact: string;
  readonly name: string | undefined;
  readonly version: string | undefined;
  /** The runtime that would open it, and what it calls it. */
  readonly runtime: string | undefined;
  readonly description: string | undefined;
  readonly findings: readonly Finding[];
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

/** The error with which `open` refuses what `check` refuses: its first error finding, with all of them attached. */
export function refusal(report: Report): TenonError {
  const first = report.findings.find(({ severity }) => severity === "error");
  const code: Code = first?.code ?? "TENON_CONTRACT_BREAKS";
  const more = report.findings.filter(({ severity }) => severity === "error").length - 1;
  return errors[code]({
    message: `${first?.message ?? `${report.artifact} does not fit`}${more > 0 ? ` (and ${more} more ${more === 1 ? "finding" : "findings"})` : ""}`,
    subject: first?.subject ?? report.artifact,
    ...(first === undefined ? {} : { fix: first.fix }),
    findings: report.findings,
  });
}

/** An error of reading or recognising, as a finding. */
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
