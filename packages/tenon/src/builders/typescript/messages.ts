import { isAbsolute, join } from "node:path";
import type { BuildFailure, Message } from "esbuild";
import type { TenonError } from "../../errors/error.js";
import { type ScriptProblem, scriptBuildFailed, scriptInvalid } from "../../errors/factories/script-build.js";
import { bundledError } from "../../runtime/own-package.js";
import { packageOf } from "../../runtime/package-choice.js";

const mostMessages = 10;
const lineLength = 120;

/** Turns esbuild's failure into a coded error that names file, line and column, and shows the line with a caret. */
export function buildError(cause: unknown, folder: string, shifts: ReadonlyMap<string, number>): TenonError {
  const found = (cause as Partial<BuildFailure> | undefined)?.errors ?? [];
  const [first] = found;
  if (first === undefined) return bundledError("esbuild", cause) ?? scriptBuildFailed(folder, cause);
  const messages = found.slice(0, mostMessages).map((message) => describe(message, folder, shifts));
  if (found.length > mostMessages) messages.push(`and ${found.length - mostMessages} more`);
  const subject = first.location ? absolute(first.location.file, folder) : folder;
  return scriptInvalid({ messages, problem: problemOf(first), subject, cause });
}

function problemOf({ text, location, pluginName }: Message): ScriptProblem {
  const unresolved = /^Could not resolve "(?<what>[^"]*)"/.exec(text)?.groups?.what;
  if (unresolved !== undefined) {
    if (/^[./]/.test(unresolved)) return { kind: "file-missing", name: unresolved };
    const parts = unresolved.startsWith("@") ? 2 : 1;
    return { kind: "package-missing", name: unresolved.split("/", parts).join("/") };
  }
  if (/^Top-level await/.test(text)) {
    const name = location === null ? undefined : packageOfFile(location.file);
    return name === undefined ? { kind: "top-level-await" } : { kind: "package-top-level-await", name };
  }
  if (/^No loader is configured/.test(text)) return { kind: "unsupported-file" };
  if (/^No matching export/.test(text)) return { kind: "export-missing" };
  return { kind: location && !pluginName ? "syntax" : "other" };
}

/** The package that a file is in, if it is in one that was installed. */
function packageOfFile(file: string): string | undefined {
  return packageOf(/.*(?:^|[\\/])node_modules[\\/](.+)$/s.exec(file)?.[1]?.replaceAll("\\", "/") ?? "");
}

function describe({ text, location }: Message, folder: string, shifts: ReadonlyMap<string, number>): string {
  const plain = /^Top-level await/.test(text) ? "code that is bundled cannot use await at the top level" : text;
  if (!location) return plain;
  const file = absolute(location.file, folder);
  const shift = location.line === 1 ? (shifts.get(file) ?? 0) : 0;
  // esbuild counts columns in bytes, in the text that it was given, which includes the shift.
  const before = Buffer.from(location.lineText).subarray(0, location.column).toString("utf8").slice(shift);
  const line = location.lineText.slice(shift);
  const start = Math.max(0, before.length - lineLength / 2);
  const shown = line.slice(start, start + lineLength);
  const indent = before.slice(start).replace(/[^\t]/g, " ");
  return `${file}:${location.line}:${before.length + 1}: ${plain}\n  ${shown}\n  ${indent}^`;
}

function absolute(file: string, folder: string): string {
  return isAbsolute(file) ? file : join(folder, file);
}
