import { join } from "node:path";
import { errors } from "../../../errors/index.js";
import type { Artifact } from "../../../runtime/index.js";
import { authorTypes } from "./author-types.js";
import { generateBindings } from "./bindings/index.js";
import { bindingsName, type GoPackage, readPackageGraph } from "./package-graph.js";

/** The bindings as a file beside the author's own. */
export interface EditorBindings {
  /** Where the file belongs: the builder passes over it, and uses bindings of its own. */
  readonly path: string;
  readonly source: string;
}

/**
 * The bindings of a plugin in Go, for editors and for `go vet`. A build needs no such file: it makes its own.
 *
 * @throws TENON_SOURCE_CONTRACT, TENON_SOURCE_INVALID, TENON_CONTRACT_UNSUPPORTED
 */
export async function goBindings({ path, kind, given, manifest }: Artifact): Promise<EditorBindings> {
  if (manifest.contract === undefined || kind !== "folder")
    throw errors.TENON_SOURCE_CONTRACT({
      message: `${given} is no folder with a contract: there is nothing to make bindings of`,
      subject: given,
    });
  const graph = await readPackageGraph(path, Number.POSITIVE_INFINITY);
  const { source } = generateBindings(manifest.contract, authorTypes(graph.packages.at(-1) as GoPackage));
  return { path: join(path, bindingsName), source: `//go:build wasip1\n\n${source}` };
}
