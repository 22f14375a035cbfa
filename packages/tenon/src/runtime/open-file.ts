import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readdir, realpath } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { errors, type TenonError } from "../errors/index.js";
import { didYouMean } from "./nearest.js";

/**
 * The absolute path of what a user named. Nothing is looked up.
 *
 * @param given A path (relative to the current directory), or a `file:` URL as object or text.
 * @throws TENON_OPTION_INVALID
 */
export function absolutePath(given: string | URL): string {
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

/**
 * Follows every symbolic link of a path.
 *
 * @param given What the user named, for messages.
 * @throws TENON_ARTIFACT_MISSING, which names the neighbour that may be meant; TENON_ARTIFACT_UNREADABLE
 */
export async function resolveLinks(path: string, given: string): Promise<string> {
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

/**
 * Opens a regular file or a folder to read it, and never waits: not for the writer of a pipe, nor for a device.
 *
 * @returns The handle, which the caller closes, and what it is.
 * @throws TENON_ARTIFACT_UNREADABLE (no permission, a pipe, socket or device)
 */
export async function openToRead(path: string, given: string): Promise<{ file: FileHandle; stats: Stats }> {
  let file: FileHandle;
  try {
    // Opening a pipe would wait for its writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw unreadable(given, reasonOf(cause), cause);
  }
  try {
    const stats = await file.stat();
    if (stats.isDirectory() || stats.isFile()) return { file, stats };
    const what = stats.isFIFO() ? "a named pipe" : stats.isSocket() ? "a socket" : "a device";
    throw unreadable(given, `it is ${what}, neither a regular file nor a folder`);
  } catch (thrown) {
    await file.close();
    throw thrown;
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

/** A file that is there and cannot be read. @param why As the end of a sentence. */
export function unreadable(given: string, why: string, cause?: unknown): TenonError {
  return errors.TENON_ARTIFACT_UNREADABLE({ message: `${given} cannot be read: ${why}`, subject: given, cause });
}
