import { compareContracts } from "../contract/compat/index.js";
import type { Contract } from "../contract/core.js";
import { errors, type Finding, finding, isTenonError, type TenonError } from "../errors/index.js";
import type { Artifact, Runtime } from "../runtime/index.js";
import { nearest } from "../runtime/nearest.js";
import { readArtifact } from "../runtime/read-artifact.js";
import { findingOf, makeReport, type Report } from "./report.js";

/** A report, and what was found on the way to it. */
export interface Examination {
  readonly report: Report;
  readonly artifact: Artifact | undefined;
  readonly runtime: Runtime | undefined;
  /** The contract to open with: the host's, or the plugin's own. */
  readonly contract: Contract | undefined;
}

/** Reads, recognises and compares; runs nothing of the plugin. Never rejects on account of the artifact. */
export async function examine(
  given: string,
  contract: Contract | undefined,
  runtimes: readonly Runtime[],
): Promise<Examination> {
  let artifact: Artifact | undefined;
  let found: { runtime: Runtime; description: string } | undefined;
  const report = (findings: readonly Finding[]) =>
    makeReport(given, artifact, found && { name: found.runtime.name, description: found.description }, findings);
  try {
    artifact = await resolve(given, runtimes);
    found = await recognise(artifact, runtimes);
    artifact = await withOwnContract(artifact, found.runtime, contract);
    const findings = [...(await found.runtime.check(artifact, contract)), ...compare(contract, artifact)];
    return {
      report: report(findings),
      artifact,
      runtime: found.runtime,
      contract: contract ?? artifact.manifest.contract,
    };
  } catch (thrown) {
    if (!isTenonError(thrown)) throw thrown;
    return { report: report(findingOf(thrown)), artifact, runtime: found?.runtime, contract };
  }
}

async function resolve(given: string, runtimes: readonly Runtime[]): Promise<Artifact> {
  for (const runtime of runtimes) {
    const artifact = await runtime.resolve?.(given);
    if (artifact !== undefined) return artifact;
  }
  return readArtifact(given);
}

/** What stands beside an artifact about its contract goes before what the artifact itself says. */
async function withOwnContract(artifact: Artifact, runtime: Runtime, host: Contract | undefined): Promise<Artifact> {
  if (artifact.manifest.contract !== undefined) return artifact;
  const contract = await runtime.contract?.(artifact, host);
  return contract === undefined ? artifact : { ...artifact, manifest: { ...artifact.manifest, contract } };
}

async function recognise(
  artifact: Artifact,
  runtimes: readonly Runtime[],
): Promise<{ runtime: Runtime; description: string }> {
  let best: { runtime: Runtime; description: string; confidence: number } | undefined;
  for (const runtime of runtimes) {
    const recognition = await runtime.recognise(artifact);
    if (recognition !== undefined && recognition.confidence > (best?.confidence ?? 0)) {
      best = { runtime, description: recognition.description, confidence: recognition.confidence };
    }
  }
  if (best !== undefined) return best;
  throw errors.TENON_ARTIFACT_UNKNOWN({
    message: `${artifact.given}: no runtime recognises it; registered are ${runtimes.map(({ name }) => name).join(", ")}`,
    subject: artifact.given,
  });
}

function compare(host: Contract | undefined, artifact: Artifact): Finding[] {
  const carried = artifact.manifest.contract;
  if (host === undefined || carried === undefined) return [];
  const { differences } = compareContracts(host, carried);
  return differences.map((difference) => {
    const code = difference.severity === "breaks" ? "TENON_CONTRACT_BREAKS" : "TENON_CONTRACT_ADAPTS";
    const severity = difference.severity === "breaks" ? "error" : difference.severity === "adapts" ? "warning" : "info";
    return finding(difference.severity === "note" ? "TENON_CONTRACT_NOTE" : code, {
      severity,
      subject: difference.path,
      message: difference.message,
      cause: `the host has ${difference.host}, the plugin has ${difference.plugin}`,
      fix: difference.fix,
    });
  });
}

/** What the place cannot do for the runtime, as an error. */
export function expectOffered(runtime: Runtime, place: string, subject: string): void {
  const offered = (runtime.offers as Readonly<Record<string, true | string>>)[place];
  if (offered === true || offered === undefined) return;
  const others = Object.entries(runtime.offers).flatMap(([name, offer]) => (offer === true ? [name] : []));
  throw errors.TENON_RUNTIME_UNAVAILABLE({
    message: `${subject}: the ${runtime.name} runtime is not offered in the ${place} place: ${offered}`,
    subject,
    fix: { text: `Open it in one of: ${others.join(", ")}.` },
  });
}

export function unknownPlace(place: string, places: readonly string[]): TenonError {
  const near = nearest(place, places);
  return errors.TENON_OPTION_INVALID({
    message: `option place: there is no place "${place}"${near === undefined ? "" : `; did you mean "${near}"?`}; there are ${places.join(", ")}`,
    subject: "place",
  });
}
