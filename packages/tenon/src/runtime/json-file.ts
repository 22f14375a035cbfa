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
    throw manifestInvalid(path, `not valid JSON: ${await describe(cause as Error, text)}`, cause);
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

/** The reader of untrusted text says where it is wrong; the engine often does not. */
async function describe({ message }: Error, text: string): Promise<string> {
  const { tryReadJson } = await import("../contract/json/index.js");
  const read = tryReadJson(text, { levels: Number.POSITIVE_INFINITY, bytes: largest });
  return "value" in read ? message : `${read.problem} (line ${read.line}, column ${read.column})`;
}
