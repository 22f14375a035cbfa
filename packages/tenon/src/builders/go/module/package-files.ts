import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { belongsToBuild } from "./build-constraints.js";
import { type EmbeddedFiles, findEmbeddedFiles } from "./embed/embedded-files.js";
import { type Complaint, sourceError } from "./messages.js";
import { readSourceFile, type SourceFile } from "./source-file.js";

/** The file with which an author's editor knows the types of the contract; a build makes its own. */
export const bindingsName = "tenon_bindings.go";

/** The files of a package that belong to a build. */
export interface PackageFiles {
  readonly files: readonly SourceFile[];
  readonly embedded: EmbeddedFiles;
  /** Whether every function has its body in a Go file: packages with files of assembly declare some without. */
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
  /** Whether the package is of the plugin's own module: its files that use C are refused, those of others left out. */
  readonly isOwn: boolean;
}

/**
 * Reads the files of a package for wasip1/wasm, and finds what it embeds.
 *
 * @throws TENON_SOURCE_INVALID for assembly, object files, the plugin's files in C, and patterns of `//go:embed` that match nothing
 */
export async function readPackageFiles({ folder, only, minor, isOwn }: FilesRequest): Promise<PackageFiles> {
  const paths = only ?? (await readdir(folder).catch(() => [])).sort().map((name) => join(folder, name));
  const files: SourceFile[] = [];
  const complaints: Complaint[] = [];
  let isComplete = true;
  let usesC = false;
  for (const path of paths) {
    const ending = extname(path);
    if (basename(path) === bindingsName) continue;
    if (ending === ".s" || (isOwn && foreign.test(ending)) || ending === ".syso") {
      const source = await readFile(path, "utf8").catch(() => "");
      if (!belongsToBuild(basename(path), source, minor)) continue;
      if (ending === ".s") isComplete = false;
      if (ending !== ".s" || holdsAssembly(source)) complaints.push(refusedFile(path, ending));
    }
    if (ending !== ".go") continue;
    const source = await readFile(path, "utf8").catch((cause: Error) => {
      complaints.push({ path, line: 1, column: 1, text: cause.message });
      return "";
    });
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
  complaints.push(...embedded.complaints);
  if (complaints.length > 0) throw sourceError(complaints, folder);
  return { files, embedded, isComplete, usesC };
}

/** A file of comments alone lets a package declare functions without bodies, which `//go:linkname` gives it. */
function holdsAssembly(source: string): boolean {
  return source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|^#[^\n]*/gm, "").trim() !== "";
}

function refusedFile(path: string, ending: string): Complaint {
  const what = ending === ".s" ? "assembly" : ending === ".syso" ? "an object file" : "a source file that needs cgo";
  const text = `${what} cannot be part of a plugin of Go source: exclude it by //go:build !wasip1 or by its name, or leave it out`;
  return { path, line: 1, column: 1, text };
}
