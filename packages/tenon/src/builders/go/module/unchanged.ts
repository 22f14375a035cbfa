import { textOfFile } from "../../../runtime/regular-file.js";
import { contentOfFile } from "./embed/embedded-files.js";
import type { GoPackage } from "./package-graph.js";

/**
 * Whether a package's files are unchanged since they were read. The compiler reads them again: if the author saves a file in
 * between, the result must not be cached under the key of the old content.
 */
export async function isUnchanged({ files, embedded }: GoPackage): Promise<boolean> {
  const same = await Promise.all([
    ...files.map(async ({ path, source }) => (await textOfFile(path)) === source),
    ...[...embedded.files.values()].map(
      async ({ path, digest }) => (await contentOfFile(path).catch(() => undefined))?.digest === digest,
    ),
  ]);
  return !same.includes(false);
}
