import { isTenonError } from "../../errors/index.js";
import type { GoProgram } from "../go-program.js";

/** The source files that a package was compiled from, as far as the line table has them. */
export function sourcesOf(program: GoProgram, name: string): readonly string[] {
  try {
    return program.lineTable?.filesOfPackage(name) ?? [];
  } catch (thrown) {
    if (isTenonError(thrown)) return [];
    throw thrown;
  }
}

/** Whether source paths were trimmed, by what the line table really holds; `undefined` where it does not tell. */
export function isTrimmed(program: GoProgram): boolean | undefined {
  const files = sourcesOf(program, "runtime").filter((file) => /(^|\/)runtime\/\w+\.go$/.test(file));
  if (files.length > 0) return files.every((file) => !/^(\/|[A-Za-z]:)/.test(file));
  const setting = program.setting("-trimpath");
  return program.buildInfo === undefined ? undefined : setting === "true";
}

/** Whether `go test` built the program: its main package is the one that go test generates. */
export function isTestBinary(program: GoProgram): boolean {
  return (
    program.buildInfo?.path?.endsWith(".test") === true ||
    sourcesOf(program, "main").some((file) => file.endsWith("_testmain.go"))
  );
}

/** The folders of files, without the files that have none (generated ones). */
export function foldersOf(files: readonly string[]): string[] {
  const folders = files.filter((file) => file.includes("/")).map((file) => file.slice(0, file.lastIndexOf("/")));
  return [...new Set(folders)];
}

/** The names of files, without their folders. */
export function namesOf(files: readonly string[]): Set<string> {
  return new Set(files.map((file) => file.slice(file.lastIndexOf("/") + 1)));
}
