import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, realpath } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { errors, type TenonError } from "../errors/index.js";
import type { Artifact } from "./artifact.js";
import { didYouMean } from "./nearest.js";
import { readManifest } from "./read-manifest.js";

const headBytes = 4096;

/**
 * Reads what is known of a plugin on disk before any runtime looks at it. Nothing of it runs.
 *
 * @param given A path (relative to the current directory), or a `file:` URL as object or text.
 * @throws TENON_ARTIFACT_MISSING, TENON_ARTIFACT_EMPTY, TENON_ARTIFACT_UNREADABLE (no permission, a broken link, a pipe or
 * device), TENON_ARTIFACT_ENTRY (a folder in which nothing can be loaded), TENON_MANIFEST_INVALID, TENON_OPTION_INVALID
 */
export async function readArtifact(given: string | URL): Promise<Artifact> {
  const asked = pathOf(given);
  const path = await resolveLinks(asked, String(given));
  const { kind, head, size } = await readHead(path, String(given));
  const manifest = await readManifest({ path, kind, given: String(given) });
  if (kind === "file") return { path, kind, given: String(given), manifest, head, size };
  // A folder without an entry may still be source that a builder understands.
  if (manifest.entry === undefined) return { path, kind, given: String(given), manifest, head, size };
  const entry = await readHead(await resolveLinks(manifest.entry, manifest.entry), manifest.entry);
  if (entry.kind === "folder") {
    throw errors.TENON_ARTIFACT_ENTRY({
      message: `${given}: its entry ${manifest.entry} is a folder`,
      subject: manifest.entry,
    });
  }
  return { path, kind, given: String(given), manifest, head: entry.head, size: 0 };
}

function pathOf(given: string | URL): string {
  const invalid = (why: string, cause?: unknown) =>
    errors.TENON_OPTION_INVALID({ message: `the plugin's path ${why}`, subject: String(given), cause });
  if (typeof given !== "string" && !(given instanceof URL))
    throw invalid(`must be a string or URL, and is of type ${typeof given}`);
  if (given === "") throw invalid("is empty");
  if (typeof given === "string" && given.includes("\0")) throw invalid("contains a NUL character");
  if (typeof given === "string" && !given.startsWith("file:")) return resolve(given);
  try {
    return fileURLToPath(given);
  } catch (cause) {
    throw invalid(`"${given}" is not a file: ${(cause as Error).message}`, cause);
  }
}

async function resolveLinks(path: string, given: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "ENAMETOOLONG")
      throw unreadable(given, reasonOf(cause), cause);
    if (code === "ENOENT" && (await lstat(path).catch(() => undefined)) !== undefined) {
      throw unreadable(given, "it is a link to something that does not exist", cause);
    }
    throw errors.TENON_ARTIFACT_MISSING({
      message: `${given} does not exist${didYouMean(basename(path), await neighbours(path))}`,
      subject: given,
      cause,
    });
  }
}

async function neighbours(path: string): Promise<string[]> {
  return readdir(dirname(path)).catch(() => []);
}

async function readHead(
  path: string,
  given: string,
): Promise<{ kind: Artifact["kind"]; head: Uint8Array; size: number }> {
  let file: FileHandle;
  try {
    // Opening a pipe would wait for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw unreadable(given, reasonOf(cause), cause);
  }
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) return { kind: "folder", head: new Uint8Array(), size: 0 };
    if (!stats.isFile()) {
      const what = stats.isFIFO() ? "a named pipe" : stats.isSocket() ? "a socket" : "a device";
      throw unreadable(given, `it is ${what}, neither a regular file nor a folder`);
    }
    const buffer = new Uint8Array(headBytes);
    const { bytesRead } = await file.read(buffer, 0, headBytes, 0);
    if (bytesRead === 0) throw errors.TENON_ARTIFACT_EMPTY({ message: `${given} is empty`, subject: given });
    return { kind: "file", head: buffer.slice(0, bytesRead), size: stats.size };
  } finally {
    await file.close();
  }
}

function reasonOf(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "EACCES":
    case "EPERM":
      return "permission is denied";
    case "ELOOP":
      return "its symbolic links lead in a circle";
    case "ENXIO":
      return "it is a socket, neither a regular file nor a folder";
    default:
      return (cause as Error).message;
  }
}

function unreadable(given: string, why: string, cause?: unknown): TenonError {
  return errors.TENON_ARTIFACT_UNREADABLE({ message: `${given} cannot be read: ${why}`, subject: given, cause });
}
