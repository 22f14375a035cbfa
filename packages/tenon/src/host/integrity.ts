import { integrityMismatch, integrityUnpinned, withoutDigest, withoutFiles } from "../errors/factories/source.js";
import type { Artifact, Prepared, Runtime } from "../runtime/index.js";

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
