import type { TenonError } from "../../../../errors/error.js";
import { sourceInvalid } from "../../../../errors/factories/module-build.js";
import { lineOfFile } from "../../../../runtime/regular-file.js";

/** A problem in the source, found by the compiler or by the builder. */
export interface Problem {
  readonly path: string;
  /** Counts from 1. */
  readonly line: number;
  /** Counts from 1, in bytes like the compiler's. */
  readonly column: number;
  readonly text: string;
}

/** Makes an error that shows each problem with its line of source and a caret. */
export function sourceError(problems: readonly Problem[], folder: string): TenonError {
  const unique = new Map(problems.map((each) => [`${each.path}:${each.line}:${each.text}`, each]));
  const list = [...unique.values()].sort(
    (one, other) => one.path.localeCompare(other.path) || one.line - other.line || one.column - other.column,
  );
  const shownProblems = list.map((each) => ({
    path: each.path,
    subject: `${each.path}:${each.line}`,
    text: shown(each),
  }));
  return sourceInvalid(shownProblems, folder);
}

function shown({ path, line, column, text }: Problem): string {
  const source = lineOfFile(path, line);
  const head = `${path}:${line}:${column}: ${text}`;
  if (source === undefined) return head;
  const before = Buffer.from(source)
    .subarray(0, column - 1)
    .toString("utf8");
  return `${head}\n  ${source.trimEnd()}\n  ${before.replace(/[^\t]/g, " ")}^`;
}
