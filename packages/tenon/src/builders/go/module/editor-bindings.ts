import { join } from "node:path";
import type { SourceFile } from "../../../build/index.js";
import { goBindingsUnavailable } from "../../../errors/factories/go-module.js";
import type { Artifact } from "../../../runtime/index.js";
import { authorTypes } from "./author-types.js";
import { generateBindings } from "./bindings/index.js";
import { bindingsName } from "./package-files.js";
import { type GoPackage, readPackageGraph } from "./package-graph.js";

/**
 * Returns the bindings of a plugin in Go as a file next to the author's own, for editors and `go vet`. The builder ignores that
 * file and generates its own bindings.
 *
 * @throws TENON_SOURCE_CONTRACT, TENON_SOURCE_INVALID, TENON_CONTRACT_UNSUPPORTED
 */
export async function goBindings({ path, kind, given, manifest }: Artifact): Promise<SourceFile> {
  if (manifest.contract === undefined || kind !== "folder") throw goBindingsUnavailable(given);
  const graph = await readPackageGraph(path, Number.POSITIVE_INFINITY);
  const { source } = generateBindings(manifest.contract, authorTypes(graph.packages.at(-1) as GoPackage));
  return { path: join(path, bindingsName), text: `//go:build wasip1\n\n${source}` };
}
