import { accessSync, closeSync, constants, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Libraries } from "./libraries.js";
import type { VisibleFiles } from "./visible-files.js";

/** Where the C library looks for programs if there is no PATH. Source: confstr(3), _CS_PATH. */
const defaultPath = "/bin:/usr/bin";
/** A script may name another script as its interpreter. Source: execve(2). */
const mostInterpreters = 4;
/** Source: Linux, BINPRM_BUF_SIZE. */
const firstLineBytes = 256;

/** Returns the path of a program, as execvp(3) finds it; `undefined` if there is none. */
export function locateProgram(name: string, path: string | undefined): string | undefined {
  if (name.includes("/")) return isExecutable(name) ? name : undefined;
  for (const folder of (path ?? defaultPath).split(":")) {
    const candidate = join(folder === "" ? "." : folder, name);
    if (candidate.startsWith("/") && isExecutable(candidate)) return candidate;
  }
  return undefined;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Makes a program visible, with what starting it takes: its libraries, or the interpreter that its first line names, with what
 * that takes.
 *
 * @param path an absolute path. @param searched the PATH that `#!/usr/bin/env NAME` searches.
 */
export function addProgram(
  path: string,
  files: VisibleFiles,
  libraries: Libraries,
  searched: string | undefined,
  depth = 0,
): void {
  const real = files.add(path);
  if (real === undefined || depth > mostInterpreters) return;
  for (const folder of libraryFolders(real)) files.add(folder);
  if (libraries.addNeeds(real)) return;
  for (const interpreter of interpretersOf(real, searched))
    addProgram(interpreter, files, libraries, searched, depth + 1);
}

/** The interpreter of a script; and, if that is `env`, the program that `env` starts. */
function interpretersOf(path: string, searched: string | undefined): readonly string[] {
  const line = firstLine(path);
  if (line === undefined) return [];
  const [interpreter, ...options] = line.trim().split(/[ \t]+/);
  if (interpreter === undefined || !interpreter.startsWith("/")) return [];
  if (basename(interpreter) !== "env") return [interpreter];
  // Of `env -S NAME=VALUE node --option`, the first word that is neither an option nor a variable.
  const name = options.find((word) => !word.startsWith("-") && !word.includes("="));
  const program = name === undefined ? undefined : locateProgram(name, searched);
  return program === undefined ? [interpreter] : [interpreter, program];
}

/** The text after `#!`, if a file starts with that. */
function firstLine(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const bytes = Buffer.alloc(firstLineBytes);
    const text = bytes.toString("latin1", 0, readSync(file, bytes, 0, firstLineBytes, 0));
    return text.startsWith("#!") ? text.slice(2).split("\n", 1)[0] : undefined;
  } catch {
    return undefined;
  } finally {
    closeSync(file);
  }
}

/** The folders of an interpreter's own library, which it reads and does not link. */
function libraryFolders(program: string): readonly string[] {
  const prefix = dirname(dirname(program));
  const name = basename(program);
  if (name.startsWith("python")) return under([prefix, "/usr/lib", "/usr/local/lib"], /^python3/, prefix);
  if (name.startsWith("perl"))
    return [
      ...["/usr/share/perl", "/usr/share/perl5", "/usr/lib/perl5", "/usr/lib64/perl5", "/etc/perl"],
      ...under(["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"], /^perl/),
    ];
  if (name.startsWith("ruby")) return [`${prefix}/lib/ruby`, "/usr/share/ruby", "/usr/share/rubygems-integration"];
  if (name === "java") return [prefix];
  return [];
}

function under(folders: readonly string[], name: RegExp, prefix?: string): readonly string[] {
  return folders.flatMap((folder) => {
    const at = folder === prefix ? join(folder, "lib") : folder;
    try {
      return readdirSync(at).flatMap((entry) => (name.test(entry) ? [join(at, entry)] : []));
    } catch {
      return [];
    }
  });
}
