import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { artifactMissing, artifactPathInvalid, artifactUnreadable } from "../errors/factories/artifact.js";
import { didYouMean } from "./nearest.js";
import { irregularKind } from "./regular-file.js";

// Without O_NONBLOCK, opening a pipe waits for its writer.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Returns the absolute path of what a user named. Does not look at the disk.
 *
 * @param given a path (relative to the current directory), or a `file:` URL as an object or a string.
 * @throws TENON_OPTION_INVALID
 */
export function absolutePath(given: string | URL): string {
  if (typeof given !== "string" && !(given instanceof URL))
    throw artifactPathInvalid(given, `must be a string or a URL, got ${typeof given}`);
  if (given === "") throw artifactPathInvalid(given, "is empty");
  if (typeof given === "string" && given.includes("\0")) throw artifactPathInvalid(given, "contains a NUL character");
  if (typeof given === "string" && !given.startsWith("file:")) return resolve(given);
  try {
    return fileURLToPath(given);
  } catch (cause) {
    throw artifactPathInvalid(given, `"${given}" is not a file: URL: ${(cause as Error).message}`, cause);
  }
}

/**
 * Resolves every symbolic link of a path.
 *
 * @param given the path as the user wrote it, for messages.
 * @throws TENON_ARTIFACT_MISSING, which names a file that may be meant; TENON_ARTIFACT_UNREADABLE
 */
export async function resolveLinks(path: string, given: string): Promise<string> {
  try {
    // A promise for each of the small steps before a plugin's code is read would take longer than all of them.
    return realpathSync.native(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "ENOTDIR" && code !== "ENAMETOOLONG")
      throw artifactUnreadable(given, reasonOf(cause), cause);
    if (code === "ENOENT" && (await lstat(path).catch(() => undefined)) !== undefined) {
      throw artifactUnreadable(given, "it is a link to a file that does not exist", cause);
    }
    throw artifactMissing(given, didYouMean(basename(path), await neighbours(path)), cause);
  }
}

async function neighbours(path: string): Promise<string[]> {
  return readdir(dirname(path)).catch(() => []);
}

/**
 * Reads the first bytes of a regular file or recognises a folder, as `openToRead` does.
 *
 * @throws TENON_ARTIFACT_UNREADABLE; the system's error if it cannot be read
 */
export function readStart(path: string, given: string, bytes: number): { readonly start: Uint8Array; stats: Stats } {
  let file: number;
  try {
    file = openSync(path, flags);
  } catch (cause) {
    throw artifactUnreadable(given, reasonOf(cause), cause);
  }
  try {
    const stats = fstatSync(file);
    expectReadable(stats, given);
    if (stats.isDirectory()) return { start: new Uint8Array(), stats };
    const buffer = Buffer.allocUnsafe(bytes);
    return { start: new Uint8Array(buffer.subarray(0, readSync(file, buffer, 0, bytes, 0))), stats };
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a regular file or a folder for reading. Never waits for the writer of a pipe or for a device.
 *
 * @returns the handle, which the caller must close, and its stats.
 * @throws TENON_ARTIFACT_UNREADABLE (no permission, a pipe, socket or device)
 */
export async function openToRead(path: string, given: string): Promise<{ file: FileHandle; stats: Stats }> {
  let file: FileHandle;
  try {
    file = await open(path, flags);
  } catch (cause) {
    throw artifactUnreadable(given, reasonOf(cause), cause);
  }
  try {
    const stats = await file.stat();
    expectReadable(stats, given);
    return { file, stats };
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

function expectReadable(stats: Stats, given: string): void {
  if (!stats.isDirectory() && !stats.isFile())
    throw artifactUnreadable(given, `it is ${irregularKind(stats)}, not a regular file or folder`);
}

function reasonOf(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "EACCES":
    case "EPERM":
      return "permission was denied";
    case "ELOOP":
      return "its symbolic links form a loop";
    case "ENXIO":
      return "it is a socket, not a regular file or folder";
    default:
      return (cause as Error).message;
  }
}
