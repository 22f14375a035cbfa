import { isAbsolute, join, resolve } from "node:path";
import type { CommandResult } from "../../build/index.js";
import type { TenonError } from "../../errors/error.js";
import { compilerFailed, type SourceProblem, sourceInvalid } from "../../errors/factories/module-build.js";
import { rustExportMissing, rustLockOutdated, rustPackageInvalid } from "../../errors/factories/rust.js";
import { lineOfFile } from "../../runtime/regular-file.js";
import { packageFileName } from "./package-file.js";
import { isProgress } from "./progress.js";

const mostNotes = 6;
/** How many lines of one note are shown. */
const mostNoteLines = 6;
const lineLength = 120;
/** How many of a linker's last lines are shown: they say why it failed. Its command line comes before them. */
const mostLinkerLines = 12;

/** A message of rustc: the fields that are used. Source: The rustc book, "JSON Output". */
export interface Diagnostic {
  readonly level: string;
  readonly message: string;
  readonly code: { readonly code: string } | null;
  readonly spans: readonly Span[];
  readonly children: readonly Note[];
}

/** A note about a message: often the part that says what to do. */
interface Note {
  readonly level: string;
  readonly message: string;
  readonly spans?: readonly Span[];
}

interface Span {
  readonly file_name: string;
  /** Line and column count from 1, the column in characters. */
  readonly line_start: number;
  readonly column_start: number;
  readonly is_primary: boolean;
  readonly label: string | null;
  /** Where the macro that generated this code is called. */
  readonly expansion: { readonly span: Span } | null;
}

/** Whether a message is an error in the source, and not a summary of other messages. */
export function isError({ level, message }: Diagnostic): boolean {
  return level.startsWith("error") && !/^aborting due to /.test(message);
}

/**
 * Makes the error that shows each message with its line of source and a caret.
 *
 * @param root the workspace's folder: the compiler's paths are relative to it.
 */
export function sourceError(diagnostics: readonly Diagnostic[], root: string, folder: string): TenonError {
  return sourceInvalid(
    diagnostics.map((diagnostic) => problemOf(diagnostic, root, folder)),
    folder,
  );
}

function problemOf({ message, code, spans, children }: Diagnostic, root: string, folder: string): SourceProblem {
  const headline = code === null ? message : `${message} (${code.code})`;
  const notes = children
    .filter(({ level }) => level === "help" || level === "note")
    .slice(0, mostNotes)
    .map((note) => noteText(note, root))
    .join("");
  const primary = spans.find(({ is_primary }) => is_primary);
  if (primary === undefined) {
    const lines = childLines(children);
    const missing = missingExport(lines);
    if (missing !== undefined) return rustExportMissing(folder, missing.interface, missing.name);
    return { path: folder, subject: folder, text: `${folder}: ${headline}${lastLines(lines)}` };
  }
  const { file_name, line_start: line, column_start: column } = written(primary);
  const path = resolve(root, file_name);
  const label = primary.label === null || primary.label === "" ? "" : `: ${primary.label}`;
  const text = `${path}:${line}:${column}: ${headline}${label}${excerpt(path, line, column)}${notes}`;
  return { path, subject: `${path}:${line}`, text };
}

/** Returns the position in the author's own file: outside of the macros that generated the code. */
function written(span: Span): Span {
  let at = span;
  while (at.expansion !== null && (isAbsolute(at.file_name) || at.file_name.startsWith("<"))) at = at.expansion.span;
  return at;
}

function excerpt(path: string, line: number, column: number): string {
  const source = lineOfFile(path, line);
  if (source === undefined) return "";
  const before = [...source].slice(0, column - 1).join("");
  const start = Math.max(0, before.length - lineLength / 2);
  const indent = before.slice(start).replace(/[^\t]/g, " ");
  return `\n  ${source.slice(start, start + lineLength)}\n  ${indent}^`;
}

/** Returns a note with the place that it is about, if that is in a file that the author can see. */
function noteText({ level, message, spans = [] }: Note, root: string): string {
  const span = spans.find(({ is_primary }) => is_primary);
  const at = span === undefined || span.file_name.startsWith("<") ? undefined : span;
  const place = at === undefined ? "" : `${resolve(root, at.file_name)}:${at.line_start}:${at.column_start}: `;
  const [first, ...more] = message.split(/\r?\n/).slice(0, mostNoteLines);
  const source = at === undefined ? undefined : lineOfFile(resolve(root, at.file_name), at.line_start);
  const labels = spans.flatMap(({ label }) => label ?? []).filter((label) => label !== "");
  const shown = [...(source === undefined ? [] : [source.trim().slice(0, lineLength)]), ...labels];
  return `\n  ${level}: ${place}${first}${[...more, ...shown].map((line) => `\n    ${line}`).join("")}`;
}

/** Finds what wasm-component-ld says about a module that lacks a function of its world: the macro `export!` defines all. */
function missingExport(lines: readonly string[]): { interface: string | undefined; name: string } | undefined {
  for (const line of lines) {
    const found =
      /failed to find export of interface `([^`]+)` function `([^`]+)`/.exec(line) ??
      /failed to find export of ()function `([^`]+)`/.exec(line);
    if (found !== null) return { interface: found[1] || undefined, name: found[2]! };
  }
  return undefined;
}

function childLines(children: readonly Note[]): readonly string[] {
  return children.flatMap(({ message }) => message.split(/\r?\n/)).filter((line) => line.trim() !== "");
}

/** Returns the last lines of a linker's output, which say why it failed. */
function lastLines(lines: readonly string[]): string {
  return lines
    .slice(-mostLinkerLines)
    .map((line) => `\n  ${line.slice(0, 4 * lineLength)}`)
    .join("");
}

/** Makes the error for a cargo that failed without a message from the compiler. */
export function cargoFailure({ end, stderr }: CommandResult, folder: string, command: string): TenonError {
  const path = join(folder, packageFileName);
  const output = stderr
    .split("\n")
    .filter((line) => !isProgress(line))
    .join("\n")
    .replace(/^error: /, "")
    .trim()
    .slice(0, 4000);
  if (/--locked was passed|because --locked/.test(output)) return rustLockOutdated(path, folder, output);
  if (/failed to (?:parse|load) manifest|^\s*--> .*Cargo\.toml:/m.test(output)) return rustPackageInvalid(path, output);
  return compilerFailed({ command, end, output, folder });
}
