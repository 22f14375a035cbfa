import { isAbsolute, join } from "node:path";
import type { BuildFailure, Message } from "esbuild";
import { errors, type TenonError } from "../../errors/index.js";

const mostMessages = 10;
const lineLength = 120;

/** Turns what esbuild rejected with into a coded error that names file, line and column and shows the place. */
export function buildError(cause: unknown, folder: string, shifts: ReadonlyMap<string, number>): TenonError {
  const messages = (cause as Partial<BuildFailure> | undefined)?.errors ?? [];
  const [first] = messages;
  if (first === undefined) {
    const why = cause instanceof Error ? cause.message : String(cause);
    return errors.TENON_BUILD_FAILED({ message: `the build of ${folder} failed: ${why}`, subject: folder, cause });
  }
  const texts = messages.slice(0, mostMessages).map((message) => describe(message, folder, shifts));
  if (messages.length > mostMessages) texts.push(`and ${messages.length - mostMessages} more`);
  const subject = first.location ? absolute(first.location.file, folder) : folder;
  const kind = classify(first);
  return errors[kind.code]({
    message: texts.join("\n"),
    subject,
    cause,
    ...(kind.fix === undefined ? {} : { fix: { text: kind.fix } }),
  });
}

function classify({ text, location, pluginName }: Message): {
  code: "TENON_SYNTAX" | "TENON_BUILD_FAILED";
  fix?: string;
} {
  const unresolved = /^Could not resolve "(?<what>[^"]*)"/.exec(text)?.groups?.what;
  if (unresolved !== undefined) {
    const isFile = /^[./]/.test(unresolved);
    return {
      code: "TENON_BUILD_FAILED",
      fix: isFile
        ? `Create the file that "${unresolved}" names, or correct the path.`
        : `Install the package in the plugin's folder (npm install ${unresolved.split("/", unresolved.startsWith("@") ? 2 : 1).join("/")}), or correct its name.`,
    };
  }
  if (/^Top-level await/.test(text)) {
    return {
      code: "TENON_BUILD_FAILED",
      fix: "Move what is awaited into activate(context), or into the function given to plugin(): both may be async.",
    };
  }
  if (/^No loader is configured/.test(text)) {
    return {
      code: "TENON_BUILD_FAILED",
      fix: 'Read the file when the plugin runs: fs.readFileSync(new URL("./file", import.meta.url)).',
    };
  }
  if (/^No matching export/.test(text)) {
    return {
      code: "TENON_BUILD_FAILED",
      fix: "Correct the imported name, or export it from the file that the message names.",
    };
  }
  return { code: location && !pluginName ? "TENON_SYNTAX" : "TENON_BUILD_FAILED" };
}

function describe({ text, location }: Message, folder: string, shifts: ReadonlyMap<string, number>): string {
  const plain = /^Top-level await/.test(text) ? "a plugin cannot use await at top level" : text;
  if (!location) return plain;
  const file = absolute(location.file, folder);
  const shift = location.line === 1 ? (shifts.get(file) ?? 0) : 0;
  // Columns of esbuild count bytes, and stand in the text as it was handed over.
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
