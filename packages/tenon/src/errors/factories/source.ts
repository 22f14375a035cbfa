import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { shellWord } from "../shell-word.js";
import { messageOf } from "../thrown.js";

/** @param problem a sentence without its full stop. `at`: the character at which it begins, counting from 0. */
export function commandLineInvalid(given: string, problem: string, at: number): TenonError {
  return errors.TENON_COMMAND_LINE({ message: `${given}: character ${at + 1}: ${problem}`, subject: given });
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

/** What is downloaded, unpacked or copied for a plugin cannot be kept. */
export function keptFilesUnwritable(folder: string, cause: unknown): TenonError {
  return errors.TENON_BUILD_WRITE({
    message: `the files of a plugin cannot be written to ${folder}: ${messageOf(cause)}`,
    subject: folder,
    cause,
  });
}

/** What follows `#` in a URL is no digest. */
export function fragmentInvalid(given: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `${given}: expected a digest after #: sha256- and 44 characters of base64`,
    subject: given,
    fix: { text: "Copy the whole digest, with the = at its end." },
  });
}

/** Only an archive or a download is pinned as a file. */
export function fragmentNotForFiles(given: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `${given}: a digest after # is for archives and downloads`,
    subject: given,
    fix: { text: "Pass the digest that tenon inspect prints as the option integrity." },
  });
}

export function downloadNotEncrypted(given: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `${given}: http: is not encrypted, and is not supported; use https:`,
    subject: given,
  });
}

/** Secrets in a URL end up in logs. @param shown the URL without them. */
export function downloadCredentials(shown: string): TenonError {
  return errors.TENON_OPTION_INVALID({
    message: `${shown}: a user name or password in a URL is not supported`,
    subject: shown,
    fix: { text: "Download the plugin with a program that takes credentials, and open it by its path." },
  });
}

export function downloadUrlInvalid(given: string): TenonError {
  return errors.TENON_OPTION_INVALID({ message: `${given} is not a valid URL`, subject: given });
}

/** @param url without a fragment. */
export function integrityMissing(given: string, url: string): TenonError {
  const quoted = shellWord(url);
  return errors.TENON_INTEGRITY_MISSING({
    message: `${given} has no digest`,
    subject: given,
    fix: {
      text: "If you trust what the server sends now, add its digest to the URL: this prints the URL with it.",
      command: `echo ${quoted}"#sha256-$(curl -fsSL ${quoted} | openssl dgst -sha256 -binary | openssl base64 -A)"`,
    },
  });
}

/** @param problem a sentence without its full stop. */
export function downloadFailed(given: string, problem: string, cause?: unknown): TenonError {
  return errors.TENON_DOWNLOAD_FAILED({ message: `${given}: ${problem}`, subject: given, cause });
}

/** What a server answered. @param url what was asked for, after redirects. */
export function downloadRefused(given: string, url: string, status: number, text: string): TenonError {
  return downloadFailed(given, `${url} answered ${status} ${text}, expected 200`);
}

export function downloadRedirected(given: string, most: number): TenonError {
  return downloadFailed(given, `the server redirected more than ${most} times`);
}

/** A redirect to something that is not fetched. */
export function redirectRefused(given: string, target: string): TenonError {
  return downloadFailed(given, `the server redirected to ${target}, which is not an https: URL without credentials`);
}

export function downloadTooLarge(given: string, most: number): TenonError {
  return downloadFailed(given, `the server sends more than ${most} bytes`);
}

/** @param milliseconds how long nothing arrived, or how long it took altogether. */
export function downloadTooSlow(given: string, milliseconds: number, what: "no answer" | "not complete"): TenonError {
  return downloadFailed(given, `${what} after ${milliseconds} ms`);
}

/** Why a plugin cannot be pinned, for {@link integrityUnpinned}. */
export function withoutDigest(runtime: string): string {
  return `the runtime ${runtime} gives no digest for it`;
}

/** As {@link withoutDigest}: a program that is started from files that nobody has compared. */
export function withoutFiles(runtime: string): string {
  return `the runtime ${runtime} does not say which files its program consists of`;
}

/** As {@link withoutDigest}. @param names packages, native modules and files that Node reads when the plugin runs. */
export function loadedByNode(names: readonly string[]): string {
  return `Node reads ${names.join(", ")} from disk when the plugin runs`;
}

/** As {@link withoutDigest}: a plugin that is part of the host's own code. */
export const partOfHost = "it is part of the host's own program";

/** As {@link withoutDigest}: what a program does with a folder among its arguments is not known. */
export function argumentIsFolder(word: string): string {
  return `the argument ${word} is a folder, of which anything may run`;
}

/** As {@link withoutDigest}. @param unit "files", "bytes". */
export function folderTooLarge(path: string, most: number, unit: string): string {
  return `${path} has more than ${most} ${unit}`;
}

/** As {@link withoutDigest}: a link in the plugin's folder to something that is no file of it. */
export function linkLeaves(name: string, target: string): string {
  return `the link ${name} leads to ${target}, which is not a file of the plugin`;
}

/** As {@link withoutDigest}. @param kind "a named pipe". */
export function notPinnable(name: string, kind: string): string {
  return `${name} is ${kind}`;
}

/** As {@link withoutDigest}: a runtime starts something else than it said. */
export function startsUnpinned(command: string): string {
  return `it starts ${command}, which is not among the files that were compared`;
}
