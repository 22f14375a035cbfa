import type { TenonError } from "../../../errors/error.js";
import { type GoCommandProblem, goCommandFailed, goLanguageTooNew } from "../../../errors/factories/go-build.js";
import type { HostRequirements } from "../host/requirements.js";

const mostLines = 30;

/**
 * Turns the go command's error output into a coded error with a fix. Compiler errors keep their files and lines.
 *
 * @param folder the plugin's folder: the paths in the output are relative to it.
 */
export function goFailure(stderr: string, folder: string, required: HostRequirements): TenonError {
  const newer = /(\S+) requires go >= ([\d.a-z]+)/.exec(stderr);
  if (newer !== null) return goLanguageTooNew(newer[1] ?? folder, newer[2] ?? "", required);
  const lines = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^go: (downloading|finding|added|upgraded) /.test(line));
  const rest = lines.length > mostLines ? [`and ${lines.length - mostLines} more lines`] : [];
  return goCommandFailed(problemIn(stderr), folder, required, [...lines.slice(0, mostLines), ...rest].join("\n"));
}

const compilerMissing =
  /^go: no such tool|C compiler .* not found|exec: "[^"]*(?:cc|clang|g\+\+)[^"]*": executable file not found/m;

function problemIn(stderr: string): GoCommandProblem {
  if (compilerMissing.test(stderr)) return "c-compiler";
  if (/checksum mismatch/.test(stderr)) return "checksum";
  if (/build constraints exclude all Go files|no Go files in/.test(stderr)) return "no-source";
  return isUnavailable(stderr) ? "unavailable" : "other";
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
