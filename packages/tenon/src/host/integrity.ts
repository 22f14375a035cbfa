import { integrityMismatch, integrityUnpinned } from "../errors/factories/source.js";
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
  { digest, files }: Prepared,
): void {
  if (integrity === undefined) return;
  const { given, origin } = artifact;
  if (digest === undefined) throw integrityUnpinned(given, `the runtime ${runtime.name} gives no digest for it`);
  if (runtime.launches === true && files === undefined)
    throw integrityUnpinned(given, `the runtime ${runtime.name} does not say which files its program consists of`);
  if (integrity === digest || integrity === origin?.digest) return;
  throw integrityMismatch(given, "what would run", integrity, digest);
}
