import { isTenonError } from "../../errors/index.js";
import type { GoProgram } from "../program/go-program.js";

/** Returns the source files of a package that the line table contains. */
export function sourcesOf(program: GoProgram, name: string): readonly string[] {
  try {
    return program.lineTable?.filesOfPackage(name) ?? [];
  } catch (thrown) {
    if (isTenonError(thrown)) return [];
    throw thrown;
  }
}

/** Whether source paths were trimmed, from the paths in the line table; `undefined` if unknown. */
export function isTrimmed(program: GoProgram): boolean | undefined {
  const files = sourcesOf(program, "runtime").filter((file) => /(^|\/)runtime\/\w+\.go$/.test(file));
  if (files.length > 0) return files.every((file) => !/^(\/|[A-Za-z]:)/.test(file));
  const setting = program.setting("-trimpath");
  return program.buildInfo === undefined ? undefined : setting === "true";
}

/** Whether `go test` built the program: its main package is the generated one. */
export function isTestBinary(program: GoProgram): boolean {
  return (
    program.buildInfo?.path?.endsWith(".test") === true ||
    sourcesOf(program, "main").some((file) => file.endsWith("_testmain.go"))
  );
}

/** Returns the folders of files, ignoring generated files, which have no folder. */
export function foldersOf(files: readonly string[]): string[] {
  const folders = files.filter((file) => file.includes("/")).map((file) => file.slice(0, file.lastIndexOf("/")));
  return [...new Set(folders)];
}

/** Returns the names of files without their folders. */
export function namesOf(files: readonly string[]): Set<string> {
  return new Set(files.map((file) => file.slice(file.lastIndexOf("/") + 1)));
}
