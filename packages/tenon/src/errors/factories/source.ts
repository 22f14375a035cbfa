import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { shellWord } from "../shell-word.js";

/** @param problem a sentence without its full stop. `at`: the character at which it begins, counting from 0. */
export function commandLineInvalid(given: string, problem: string, at: number): TenonError {
  return errors.TENON_COMMAND_LINE({ message: `${given}: ${problem} at character ${at + 1}`, subject: given });
}

export function commandLineEmpty(given: string): TenonError {
  return errors.TENON_COMMAND_LINE({
    message: `${given} names no program`,
    subject: given,
    fix: { text: "Write the program and its arguments after the colon: command:node server.js --stdio" },
  });
}

/** @param folders the folders of PATH that were searched. */
export function programNotFound(given: string, program: string, folders: readonly string[], hint: string): TenonError {
  const searched =
    folders.length === 0 ? "PATH is empty" : `it is in no folder of PATH, which has ${folders.length} folders`;
  return errors.TENON_PROGRAM_MISSING({
    message: `${given}: ${program} not found: ${searched}${hint}`,
    subject: program,
  });
}

export function programMissing(given: string, path: string, hint: string): TenonError {
  return errors.TENON_PROGRAM_MISSING({ message: `${given}: ${path} does not exist${hint}`, subject: path });
}

/** @param found what it is: "a folder", or that its permissions do not allow execution. */
export function programNotExecutable(given: string, path: string, found: "a folder" | "no permission"): TenonError {
  return errors.TENON_PROGRAM_MISSING({
    message:
      found === "a folder"
        ? `${given}: ${path} is a folder, not a program`
        : `${given}: ${path} may not be executed by this user`,
    subject: path,
    ...(found === "a folder" ? {} : { fix: { text: "Make it executable.", command: `chmod +x ${shellWord(path)}` } }),
  });
}

export function packageNameInvalid(given: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `${given}: expected the name of a package, as npm:greeter or npm:@scope/greeter/file`,
    subject: given,
  });
}

/** npm: takes installed packages only, so a version has no meaning. */
export function packageVersionGiven(given: string, name: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `${given}: expected a package without a version: the installed one is opened`,
    subject: given,
    fix: { text: `Install the version, then open npm:${name}.`, command: `npm install ${shellWord(given.slice(4))}` },
  });
}

export function packageMissing(given: string, name: string, folder: string): TenonError {
  return errors.TENON_PACKAGE_MISSING({
    message: `${given}: no folder node_modules/${name} in ${folder} or above it`,
    subject: given,
    fix: { text: "Install it.", command: `npm install --prefix ${shellWord(folder)} ${shellWord(name)}` },
  });
}

/** The package's `exports` do not allow the subpath. @param exported the subpaths that they do. */
export function packagePathMissing(
  given: string,
  subpath: string,
  file: string,
  exported: readonly string[],
): TenonError {
  return errors.TENON_PACKAGE_MISSING({
    message: `${given}: ${file}: "exports" has no "${subpath}"; it has ${exported.slice(0, 10).join(", ") || "nothing"}`,
    subject: given,
    fix: { text: "Name one of the paths that the package exports." },
  });
}

/** `open` was given a digest, and the plugin has another one. @param of what has the digest that was found. */
export function integrityMismatch(given: string, of: string, expected: string, found: string): TenonError {
  return errors.TENON_INTEGRITY_MISMATCH({
    message: `${given}: ${of} has another digest: expected ${expected}, found ${found}`,
    subject: given,
  });
}

/** @param why a sentence without its full stop. */
export function integrityUnpinned(given: string, why: string): TenonError {
  return errors.TENON_INTEGRITY_UNPINNED({
    message: `${given} cannot be pinned by a digest: ${why}`,
    subject: given,
  });
}
