import { basename, dirname } from "node:path";
import type { TenonError } from "../../errors/error.js";
import { sourceInvalid } from "../../errors/factories/module-build.js";
import { lineOfFile } from "../../runtime/regular-file.js";

const lineLength = 120;

/** A note that clang printed. Line and column count from 1, columns in bytes, as clang counts them. */
interface CompilerNote {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** An error that clang printed, and its notes: where the other declaration is, where a macro is expanded. */
export interface CompilerError extends CompilerNote {
  readonly notes?: readonly CompilerNote[];
}

const mostNotes = 4;

/** Finds the errors that clang printed, `file:line:column: error: text`, each with the notes that follow it. */
export function errorsIn(output: string): readonly CompilerError[] {
  const found: (CompilerError & { readonly notes: CompilerNote[] })[] = [];
  let notes: CompilerNote[] = [];
  for (const each of output.split(/\r?\n/)) {
    const match = /^(.+?):(\d+):(\d+): (?:fatal )?(error|warning|note): (.*)$/.exec(each);
    if (match === null) continue;
    const [, path = "", line = "", column = "", level = "", message = ""] = match;
    const text = message.replace(/ \[-W[^\]]*\]$/, "");
    const placed = { path, line: Number(line), column: Number(column), text };
    if (level === "note") {
      notes.push(placed);
      continue;
    }
    // Notes about a warning are not shown.
    notes = [];
    if (level === "error") found.push({ ...placed, notes });
  }
  return found;
}

/**
 * Makes the error that shows each compiler error with its line of source and a caret.
 *
 * @param generated the folder of generated files, of which only the name is shown: it does not stay
 */
export function sourceError(found: readonly CompilerError[], folder: string, generated?: string): TenonError {
  const problems = found.map((each) => ({
    path: each.path,
    subject: `${each.path}:${each.line}`,
    text: shown(each, generated),
  }));
  return sourceInvalid(problems, folder);
}

function shown(error: CompilerError, generated: string | undefined): string {
  const notes = (error.notes ?? []).slice(0, mostNotes);
  return [placed(error, "", generated), ...notes.map((note) => `\n  note: ${placed(note, "  ", generated)}`)].join("");
}

function placed({ path, line, column, text }: CompilerNote, margin: string, generated: string | undefined): string {
  const name = generated !== undefined && dirname(path) === generated ? basename(path) : path;
  const source = lineOfFile(path, line);
  if (source === undefined) return `${name}:${line}:${column}: ${text}`;
  const before = Buffer.from(source)
    .subarray(0, column - 1)
    .toString("utf8");
  const start = Math.max(0, before.length - lineLength / 2);
  const indent = before.slice(start).replace(/[^\t]/g, " ");
  const excerpt = [source.slice(start, start + lineLength), `${indent}^`]
    .map((each) => `\n  ${margin}${each}`)
    .join("");
  return `${name}:${line}:${before.length + 1}: ${text}${excerpt}`;
}
