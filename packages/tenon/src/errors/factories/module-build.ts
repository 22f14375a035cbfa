import type { Fix, TenonError } from "../error.js";
import { errors } from "../errors.js";
import { finding } from "../finding.js";
import { shellPath } from "../shell-word.js";

const mostShown = 20;

/** One error in a plugin's source. */
export interface SourceProblem {
  readonly path: string;
  /** `path:line`, or the path alone if the line is not known. */
  readonly subject: string;
  /** `path:line:column: what is wrong`, with the line of source and a caret below it. */
  readonly text: string;
}

/** The source has errors. The first of them are shown, and each is a finding. */
export function sourceInvalid(problems: readonly SourceProblem[], folder: string): TenonError {
  const texts = problems.map(({ text }) => text);
  return errors.TENON_SOURCE_INVALID({
    message: shownLines(texts),
    subject: problems[0]?.path ?? folder,
    findings: problems.map(({ subject, text }) => finding("TENON_SOURCE_INVALID", { subject, message: text })),
  });
}

/** The first lines of a list of problems, and how many more there are. */
export function shownLines(texts: readonly string[]): string {
  const rest = texts.length - mostShown;
  return [...texts.slice(0, mostShown), ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n");
}

/** A file of a plugin's source cannot be read. @param reason as `it is a named pipe, not a regular file`. */
export function sourceUnreadable(path: string, reason: string): TenonError {
  const message = `${path} cannot be read: ${reason}`;
  return errors.TENON_SOURCE_INVALID({
    message,
    subject: path,
    fix: { text: `Replace ${path} with a regular file that can be read, or move it out of the plugin's folder.` },
    findings: [finding("TENON_SOURCE_INVALID", { subject: path, message })],
  });
}

/** A plugin's folder has more source than a build reads. */
export function sourceTooLarge(
  folder: string,
  { language, files, bytes }: { readonly language: string; readonly files: number; readonly bytes: number },
): TenonError {
  return errors.TENON_SOURCE_INVALID({
    message: `${folder} is too large for a plugin in ${language}: expected at most ${files} files and ${bytes >> 20} MiB, found more`,
    subject: folder,
    fix: { text: "Move files that are not part of the plugin out of its folder." },
  });
}

/** Other users could have written what is in a cache. @param at the folder that is at fault: the cache, or one that contains it. */
export function cacheUnsafe(folder: string, at: string, why: string): TenonError {
  return errors.TENON_CACHE_UNSAFE({
    message: `the cache folder ${folder} is not used: ${at === folder ? "it" : at} ${why}`,
    subject: folder,
    fix: {
      text: "Choose a folder that does not exist yet: Tenon makes it for you alone. Or make this one private, if nobody else has put anything into it.",
      ...(why.includes("written") ? { command: `chmod go-w ${shellPath(at)}` } : {}),
    },
  });
}

/** There is no contract next to a plugin's source. */
export function sourceContractMissing(given: string, language: string): TenonError {
  return errors.TENON_SOURCE_CONTRACT({
    message: `${given} is ${language} source without a contract: expected a .wit file next to it`,
    subject: given,
  });
}

/** How a command has ended, or why it has not begun. */
export type CommandEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  /** It wrote more bytes than it may. */
  | { readonly kind: "flood"; readonly most: number }
  /** There is no such program, it may not be executed, or the system started no process. */
  | { readonly kind: "unstarted"; readonly reason: string };

/** How a command has ended, after its name: `failed with exit code 1`. */
export function howItEnded(end: CommandEnd): string {
  if (end.kind === "exit") return `failed with exit code ${end.code}`;
  if (end.kind === "unstarted") return `could not be started: ${end.reason}`;
  if (end.kind === "flood") return `was stopped: it wrote more than ${end.most >> 20} MiB`;
  return end.signal === "SIGKILL"
    ? "was killed by SIGKILL: by an operator, or because the system ran out of memory"
    : `crashed with signal ${end.signal}`;
}

/** A compiler failed, and its output names no error in the source. */
export function compilerFailed(about: {
  /** As it can be run again: `clang -c plugin.c`. */
  readonly command: string;
  readonly end: CommandEnd;
  readonly output: string;
  readonly folder: string;
}): TenonError {
  const { command, end, output, folder } = about;
  return errors.TENON_TOOLCHAIN_FAILED({
    message: `${command} ${howItEnded(end)} in ${folder}${output === "" ? "" : `: ${output}`}`,
    subject: folder,
  });
}

/** The result of a build cannot be written to the cache folder. */
export function buildUnwritable(subject: string, folder: string, cause: Error): TenonError {
  return errors.TENON_BUILD_WRITE({
    message: `${subject}: cannot write the build to the cache folder ${folder}: ${cause.message}`,
    subject: folder,
    cause,
  });
}

/** A compiler, or a part of it, is not installed. */
export function toolchainMissing(subject: string, message: string, fix: Fix): TenonError {
  return errors.TENON_TOOLCHAIN_MISSING({ message, subject, fix });
}
