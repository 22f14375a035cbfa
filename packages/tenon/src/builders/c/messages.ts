import type { TenonError } from "../../errors/error.js";
import { sourceInvalid } from "../../errors/factories/module-build.js";
import { lineOfFile } from "../../runtime/regular-file.js";

const lineLength = 120;

/** An error that clang printed. Line and column count from 1, columns in bytes, as clang counts them. */
export interface CompilerError {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Finds the errors that clang printed: `file:line:column: error: text`. */
export function errorsIn(output: string): readonly CompilerError[] {
  return output.split(/\r?\n/).flatMap((text) => {
    const match = /^(.+?):(\d+):(\d+): (?:fatal )?error: (.*)$/.exec(text);
    if (match === null) return [];
    const [, path = "", line = "", column = "", message = ""] = match;
    return [{ path, line: Number(line), column: Number(column), text: message.replace(/ \[-W[^\]]*\]$/, "") }];
  });
}

/** Makes the error that shows each compiler error with its line of source and a caret. */
export function sourceError(found: readonly CompilerError[], folder: string): TenonError {
  const problems = found.map((each) => ({ path: each.path, subject: `${each.path}:${each.line}`, text: shown(each) }));
  return sourceInvalid(problems, folder);
}

function shown({ path, line, column, text }: CompilerError): string {
  const source = lineOfFile(path, line);
  if (source === undefined) return `${path}:${line}:${column}: ${text}`;
  const before = Buffer.from(source)
    .subarray(0, column - 1)
    .toString("utf8");
  const start = Math.max(0, before.length - lineLength / 2);
  const indent = before.slice(start).replace(/[^\t]/g, " ");
  return `${path}:${line}:${before.length + 1}: ${text}\n  ${source.slice(start, start + lineLength)}\n  ${indent}^`;
}
