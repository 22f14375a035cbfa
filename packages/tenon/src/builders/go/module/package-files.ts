import { readdir } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { foreignFileText } from "../../../errors/factories/go-module.js";
import { readRegularFile, textOfFile } from "../../../runtime/regular-file.js";
import { belongsToBuild } from "./build-constraints.js";
import { type EmbeddedFiles, findEmbeddedFiles } from "./embed/embedded-files.js";
import { type Problem, sourceError } from "./errors/source-error.js";
import { readSourceFile, type SourceFile } from "./source-file.js";

/** The file that tells an author's editor the types of the contract. A build generates its own. */
export const bindingsName = "tenon_bindings.go";

/** The files of a package that belong to a build. */
export interface PackageFiles {
  readonly files: readonly SourceFile[];
  readonly embedded: EmbeddedFiles;
  /** Whether every function has its body in a Go file. Packages with assembly files declare functions without one. */
  readonly isComplete: boolean;
  /** Whether files were left out because they use C. */
  readonly usesC: boolean;
}

const foreign = /^\.(?:c|cc|cpp|cxx|m|f|F|for|f90|swig|swigcxx|syso)$/;

/** How the files of a package are read. */
export interface FilesRequest {
  readonly folder: string;
  /** Absolute paths of the files to choose from. Default: all in the folder. */
  readonly only: readonly string[] | undefined;
  /** The minor number of the Go release that builds. */
  readonly minor: number;
  /** Whether the package is in the plugin's own module: its files that use C are errors, those of other modules are skipped. */
  readonly isOwn: boolean;
}

/**
 * Reads the files of a package for wasip1/wasm, and finds what it embeds.
 *
 * @throws TENON_SOURCE_INVALID for assembly, object files, the plugin's files in C, and patterns of `//go:embed` without a match
 */
export async function readPackageFiles({ folder, only, minor, isOwn }: FilesRequest): Promise<PackageFiles> {
  const paths = only ?? (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
  const files: SourceFile[] = [];
  const problems: Problem[] = [];
  let isComplete = true;
  let usesC = false;
  for (const path of paths) {
    const extension = extname(path);
    if (basename(path) === bindingsName) continue;
    if (extension === ".s" || (isOwn && foreign.test(extension)) || extension === ".syso") {
      const source = (await textOfFile(path)) ?? "";
      if (!belongsToBuild(basename(path), source, minor)) continue;
      if (extension === ".s") isComplete = false;
      if (extension !== ".s" || containsAssembly(source)) problems.push(foreignFile(path, extension));
    }
    if (extension !== ".go") continue;
    const source = await readRegularFile(path).then(
      ({ content }) => content.toString("utf8"),
      (cause: Error) => {
        problems.push({ path, line: 1, column: 1, text: cause.message });
        return "";
      },
    );
    if (!belongsToBuild(basename(path), source, minor)) continue;
    const file = readSourceFile(path, source);
    if (file.packageName === "documentation") continue;
    if (!isOwn && file.imports.includes("C")) usesC = true;
    else files.push(file);
  }
  const embedded = await findEmbeddedFiles(
    folder,
    files.flatMap(({ embeds }) => embeds),
  );
  problems.push(...embedded.problems);
  if (problems.length > 0) throw sourceError(problems, folder);
  return { files, embedded, isComplete, usesC };
}

/** Whether a file has more than comments. One with only comments lets a package declare functions for `//go:linkname`. */
function containsAssembly(source: string): boolean {
  return source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|^#[^\n]*/gm, "").trim() !== "";
}

function foreignFile(path: string, extension: string): Problem {
  const kind = extension === ".s" ? "assembly" : extension === ".syso" ? "object" : "cgo";
  return { path, line: 1, column: 1, text: foreignFileText(kind) };
}
