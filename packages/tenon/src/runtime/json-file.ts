import { statSync } from "node:fs";
import { manifestInvalid } from "../errors/factories/artifact.js";
import { readRegularFile } from "./regular-file.js";

const largest = 1024 * 1024;

/** Reads a JSON object. Returns `undefined` if there is no such file. @throws TENON_MANIFEST_INVALID */
export async function readJsonObject(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readSmallFile(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw manifestInvalid(path, `not valid JSON: ${describe(cause as Error, text)}`, cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw manifestInvalid(path, `expected an object, got ${Array.isArray(value) ? "an array" : String(value)}`);
  }
  return value as Record<string, unknown>;
}

/** Reads a text file of at most 1 MiB, without its byte order mark. Returns `undefined` if there is no such file. */
export async function readSmallFile(path: string): Promise<string | undefined> {
  try {
    // The error of a file that does not exist costs more than this look.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    return (await readRegularFile(path, largest)).content.toString("utf8").replace(/^\uFEFF/, "");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw manifestInvalid(path, `cannot be read: ${message}`, cause);
  }
}

/** Replaces the engine's character position with a line and column. */
function describe({ message }: Error, text: string): string {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position === undefined) return message;
  const lines = text.slice(0, Number(position)).split("\n");
  const place = `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
  return `${message.replace(/ in JSON at position.*/s, "")} (${place})`;
}
