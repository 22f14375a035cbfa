import { integrityMismatch, integrityUnpinned, withoutDigest, withoutFiles } from "../errors/factories/source.js";
import type { Artifact, Prepared, Runtime } from "../runtime/index.js";
import type { Examination } from "./check.js";
import { OwnTime } from "./own-time.js";
import { findingOf, type Report, verdictOf } from "./report.js";

/**
 * Compares what was prepared with the digest that `open` or `swap` was given. A plugin that came as one file, an archive or a
 * download, can be pinned by the digest of that file as well: all of it is in there.
 *
 * @throws TENON_INTEGRITY_MISMATCH; TENON_INTEGRITY_UNPINNED if no digest says what will run.
 */
export function expectIntegrity(
  integrity: string | undefined,
  artifact: Artifact,
  runtime: Runtime,
  { digest, files, unpinned }: Prepared,
): void {
  if (integrity === undefined) return;
  const { given, origin } = artifact;
  if (digest === undefined) throw integrityUnpinned(given, unpinned ?? withoutDigest(runtime.name));
  if (runtime.launches === true && files === undefined) throw integrityUnpinned(given, withoutFiles(runtime.name));
  if (integrity === digest || integrity === origin?.digest) return;
  throw integrityMismatch(given, "what would run", integrity, digest);
}

/**
 * Adds the digest to a report, as long as nothing is wrong with the plugin, and a finding if it is another one than was asked for.
 *
 * @throws only what ends `time`
 */
export async function withDigest(
  { report, artifact, runtime }: Omit<Examination, "contract">,
  integrity: string | undefined,
  time: OwnTime = new OwnTime(),
): Promise<Report> {
  if (report.verdict === "breaks" || artifact === undefined || runtime?.digest === undefined) return report;
  const digest = await time.beside(() => runtime.digest?.(artifact, time.signal)).catch(() => undefined);
  if (digest === undefined) return report;
  if (integrity === undefined || integrity === digest || integrity === artifact.origin?.digest)
    return { ...report, digest };
  const findings = [
    ...report.findings,
    ...findingOf(integrityMismatch(artifact.given, "what would run", integrity, digest)),
  ];
  return { ...report, digest, findings, verdict: verdictOf(findings) };
}
