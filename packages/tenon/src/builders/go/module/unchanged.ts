import { readFile } from "node:fs/promises";
import { contentOfFile } from "./embed/embedded-files.js";
import type { GoPackage } from "./package-graph.js";

/**
 * Whether a package's files are still what was read of them. The compiler reads them again: where an author saves one in
 * between, what it makes must not be kept under the key of what was read.
 */
export async function isUnchanged({ files, embedded }: GoPackage): Promise<boolean> {
  const same = await Promise.all([
    ...files.map(async ({ path, source }) => (await readFile(path, "utf8").catch(() => undefined)) === source),
    ...[...embedded.files.values()].map(
      async ({ path, digest }) => (await contentOfFile(path).catch(() => undefined))?.digest === digest,
    ),
  ]);
  return !same.includes(false);
}
