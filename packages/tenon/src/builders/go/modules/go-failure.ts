import { errors, type TenonError } from "../../../errors/index.js";
import type { HostRequirements } from "../requirements.js";

const mostLines = 30;

/**
 * What the go command complained about, as an error with a cure. Compiler messages keep their files and lines.
 *
 * @param folder The plugin's folder, to which the messages' paths are relative.
 */
export function goFailure(stderr: string, folder: string, required: HostRequirements): TenonError {
  const lines = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^go: (downloading|finding|added|upgraded) /.test(line));
  const quoted = lines.slice(0, mostLines).join("\n");
  const rest = lines.length > mostLines ? `\n… and ${lines.length - mostLines} lines more` : "";
  const about = { subject: folder };
  const newer = /(\S+) requires go >= ([\d.a-z]+)/.exec(stderr);
  if (newer !== null) return newerLanguage(newer[1] ?? folder, newer[2] ?? "", required);
  if (
    /^go: no such tool|C compiler .* not found|exec: "[^"]*(?:cc|clang|g\+\+)[^"]*": executable file not found/m.test(
      stderr,
    )
  )
    return errors.TENON_GO_COMPILER_MISSING({ message: `the C compiler cannot be run:\n${quoted}`, ...about });
  if (/checksum mismatch/.test(stderr))
    return errors.TENON_GO_SUM({
      message: `a module's content is not what its checksum says:\n${quoted}${rest}`,
      ...about,
    });
  if (/build constraints exclude all Go files|no Go files in/.test(stderr))
    return errors.TENON_GO_NO_SOURCE({ message: `${folder} has no Go source to build:\n${quoted}${rest}`, ...about });
  if (isUnavailable(stderr))
    return errors.TENON_GO_MODULE_UNAVAILABLE({ message: `a module cannot be had:\n${quoted}${rest}`, ...about });
  return errors.TENON_GO_BUILD_FAILED({
    message: `${folder} could not be built with ${required.goVersion}:\n${quoted}${rest}`,
    ...about,
  });
}

/** The error for a module whose go line is newer than the host's Go. */
export function newerLanguage(module: string, version: string, required: HostRequirements): TenonError {
  return errors.TENON_GO_NEWER_LANGUAGE({
    message: `${module} asks for Go ${version}, and ${required.host} was built with ${required.goVersion}`,
    subject: module,
  });
}

function isUnavailable(stderr: string): boolean {
  return (
    /module lookup disabled|no required module provides|cannot find module|no matching versions|unknown revision/.test(
      stderr,
    ) ||
    /dial tcp|no such host|reading (?:https?|file):|unrecognized import path|missing go\.sum entry|404 Not Found|410 Gone/.test(
      stderr,
    ) ||
    /replacement directory .* does not exist|go\.mod: (?:no such|open) /.test(stderr)
  );
}
