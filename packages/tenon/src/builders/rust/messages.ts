import { readFileSync } from "node:fs";
import { basename, isAbsolute, join, resolve } from "node:path";
import { errors, finding, type TenonError } from "../../errors/index.js";
import type { CommandResult } from "../../runtime/command.js";
import { packageFileName } from "./package-file.js";

const mostMessages = 20;
const mostNotes = 2;
const lineLength = 120;
/** Lines of what a linker says that tell why; before them stands its command. */
const mostLinkerLines = 12;

/** A message of rustc, as far as it is used. Source: The rustc book, "JSON Output". */
export interface Diagnostic {
  readonly level: string;
  readonly message: string;
  readonly code: { readonly code: string } | null;
  readonly spans: readonly Span[];
  readonly children: readonly { readonly level: string; readonly message: string }[];
}

interface Span {
  readonly file_name: string;
  /** From 1, as is the column, in characters. */
  readonly line_start: number;
  readonly column_start: number;
  readonly is_primary: boolean;
  readonly label: string | null;
  /** Where the macro was called whose text this is. */
  readonly expansion: { readonly span: Span } | null;
}

/** Whether a message tells an error of the source; summaries of other messages are none. */
export function isError({ level, message }: Diagnostic): boolean {
  return level.startsWith("error") && !/^aborting due to /.test(message);
}

/**
 * The error that shows each message with its line of source and a caret.
 *
 * @param root the folder to which the compiler's paths are relative: that of the workspace.
 */
export function sourceError(diagnostics: readonly Diagnostic[], root: string, folder: string): TenonError {
  const shown = diagnostics.map((diagnostic) => show(diagnostic, root, folder));
  const message = shown
    .slice(0, mostMessages)
    .map(({ text }) => text)
    .join("\n");
  const rest = shown.length - mostMessages;
  return errors.TENON_SOURCE_INVALID({
    message: rest > 0 ? `${message}\nand ${rest} more` : message,
    subject: shown[0]?.path ?? folder,
    findings: shown.map(({ subject, text }) => finding("TENON_SOURCE_INVALID", { subject, message: text })),
  });
}

interface Shown {
  readonly path: string;
  readonly subject: string;
  readonly text: string;
}

function show({ message, code, spans, children }: Diagnostic, root: string, folder: string): Shown {
  const said = code === null ? message : `${message} (${code.code})`;
  const notes = children
    .filter(({ level, message: note }) => (level === "help" || level === "note") && !note.includes("\n"))
    .slice(0, mostNotes)
    .map(({ level, message: note }) => `\n  ${level}: ${note}`)
    .join("");
  const primary = spans.find(({ is_primary }) => is_primary);
  if (primary === undefined) return { path: folder, subject: folder, text: `${folder}: ${said}${lastWords(children)}` };
  const { file_name, line_start: line, column_start: column } = written(primary);
  const path = resolve(root, file_name);
  const label = primary.label === null || primary.label === "" ? "" : `: ${primary.label}`;
  const text = `${path}:${line}:${column}: ${said}${label}${excerpt(path, line, column)}${notes}`;
  return { path, subject: `${path}:${line}`, text };
}

/** Where the author wrote it: outside of the macros that made the text. */
function written(span: Span): Span {
  let at = span;
  while (at.expansion !== null && (isAbsolute(at.file_name) || at.file_name.startsWith("<"))) at = at.expansion.span;
  return at;
}

function excerpt(path: string, line: number, column: number): string {
  const source = lineOf(path, line);
  if (source === undefined) return "";
  const before = [...source].slice(0, column - 1).join("");
  const start = Math.max(0, before.length - lineLength / 2);
  const indent = before.slice(start).replace(/[^\t]/g, " ");
  return `\n  ${source.slice(start, start + lineLength)}\n  ${indent}^`;
}

function lineOf(path: string, line: number): string | undefined {
  try {
    return readFileSync(path, "utf8").split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}

/** Why a linker failed: the end of what it said. */
function lastWords(children: Diagnostic["children"]): string {
  const lines = children.flatMap(({ message }) => message.split(/\r?\n/)).filter((line) => line.trim() !== "");
  return lines
    .slice(-mostLinkerLines)
    .map((line) => `\n  ${line.slice(0, 4 * lineLength)}`)
    .join("");
}

/** Why cargo failed without a message of the compiler's. */
export function cargoFailure({ code, stderr }: CommandResult, folder: string, command: string): TenonError {
  const path = join(folder, packageFileName);
  const why = stderr
    .split("\n")
    .filter((line) => !/^\s*(?:Compiling|Downloading|Downloaded|Updating|Blocking|Locking|Adding|warning:)/.test(line))
    .join("\n")
    .replace(/^error: /, "")
    .trim()
    .slice(0, 4000);
  if (/--locked was passed|because --locked/.test(why))
    return errors.TENON_SOURCE_INVALID({
      message: `${path}: Cargo.lock does not fit it: ${why}`,
      subject: path,
      fix: { text: `Run cargo generate-lockfile, or cargo update, in ${basename(folder)}.` },
    });
  if (/failed to (?:parse|load) manifest|^\s*--> .*Cargo\.toml:/m.test(why))
    return errors.TENON_SOURCE_INVALID({ message: `${path}: ${why}`, subject: path });
  return errors.TENON_TOOLCHAIN_FAILED({
    message: `${command} ${code === undefined ? "could not be run to its end" : `failed with exit code ${code}`} in ${folder}: ${why}`,
    subject: folder,
  });
}
