import { readFileSync } from "node:fs";
import { errors, finding, type TenonError } from "../../errors/index.js";

const mostMessages = 20;
const lineLength = 120;

/** One complaint about the source. Line and column count from 1, columns in bytes, as the compiler does. */
export interface Complaint {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** The errors that clang printed: `file:line:column: error: text`. */
export function complaintsIn(output: string): readonly Complaint[] {
  return output.split(/\r?\n/).flatMap((text) => {
    const match = /^(.+?):(\d+):(\d+): (?:fatal )?error: (.*)$/.exec(text);
    if (match === null) return [];
    const [, path = "", line = "", column = "", message = ""] = match;
    return [{ path, line: Number(line), column: Number(column), text: message.replace(/ \[-W[^\]]*\]$/, "") }];
  });
}

/** The error that shows each complaint with its line of source and a caret. */
export function sourceError(complaints: readonly Complaint[], folder: string, fix?: string): TenonError {
  const texts = complaints.map(shown);
  const message = texts.slice(0, mostMessages).join("\n");
  const rest = texts.length - mostMessages;
  return errors.TENON_SOURCE_INVALID({
    message: rest > 0 ? `${message}\nand ${rest} more` : message,
    subject: complaints[0]?.path ?? folder,
    findings: complaints.map((each, at) =>
      finding("TENON_SOURCE_INVALID", { subject: `${each.path}:${each.line}`, message: texts[at]! }),
    ),
    ...(fix === undefined ? {} : { fix: { text: fix } }),
  });
}

function shown({ path, line, column, text }: Complaint): string {
  const source = lineOf(path, line);
  if (source === undefined) return `${path}:${line}:${column}: ${text}`;
  const before = Buffer.from(source)
    .subarray(0, column - 1)
    .toString("utf8");
  const start = Math.max(0, before.length - lineLength / 2);
  const indent = before.slice(start).replace(/[^\t]/g, " ");
  return `${path}:${line}:${before.length + 1}: ${text}\n  ${source.slice(start, start + lineLength)}\n  ${indent}^`;
}

function lineOf(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, "utf8").split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}
