import type { TenonError } from "../error.js";
import { errors } from "../errors.js";

/** The archive is damaged. @param problem a sentence without its full stop, with the position in the file if it is known. */
export function archiveInvalid(archive: string, problem: string, cause?: unknown): TenonError {
  return errors.TENON_ARCHIVE_INVALID({ message: `${archive}: ${problem}`, subject: archive, cause });
}

/** @param start the first bytes of the file, as hexadecimal digits. */
export function archiveKindUnknown(archive: string, start: string): TenonError {
  return archiveInvalid(archive, `expected a gzipped tar file or a zip file, found a file that begins with ${start}`);
}

/** An entry that must not be unpacked. @param problem follows the entry's name: `leads out of the folder`. */
export function archiveUnsafe(archive: string, entry: string, problem: string): TenonError {
  return errors.TENON_ARCHIVE_UNSAFE({
    message: `${archive}: the entry ${JSON.stringify(entry)} ${problem}`,
    subject: archive,
  });
}

/** @param what is limited: `the archive`, `what it contains`. @param unit "bytes", "files and folders". */
export function archiveTooLarge(archive: string, what: string, most: number, unit: string, found?: number): TenonError {
  return errors.TENON_ARCHIVE_LIMIT({
    message: `${archive}: ${what}: expected at most ${most} ${unit}, found ${found ?? "more"}`,
    subject: archive,
  });
}
