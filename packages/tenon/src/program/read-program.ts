import { type Recognised, recognise } from "../binary/index.js";
import { artifactUnreadable } from "../errors/factories/artifact.js";
import { errors } from "../errors/index.js";
import { absolutePath, openToRead, resolveLinks } from "../runtime/open-file.js";

/** A program file in memory. Nothing of it runs. */
export interface Program {
  /** What the user named, for messages. */
  readonly given: string;
  /** Absolute, every symbolic link followed. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What the file is by its beginning: not every file is a program. */
  readonly recognised: Recognised;
}

/** 2 GiB − 1: what one read can give. */
const largest = 2 ** 31 - 1;
const headBytes = 4096;

/**
 * Reads a program file whole.
 *
 * @param given A path (relative to the current directory), or a `file:` URL.
 * @throws TENON_ARTIFACT_MISSING, TENON_ARTIFACT_EMPTY, TENON_ARTIFACT_UNREADABLE (a folder, no permission, a link that
 * leads nowhere or in a circle, a pipe or device), TENON_BINARY_TOO_LARGE (2 GiB or more), TENON_OPTION_INVALID
 */
export async function readProgram(given: string | URL): Promise<Program> {
  return readFrom(given, (size) => size);
}

/**
 * Reads the beginning of a program file: enough to recognise it.
 *
 * @throws as {@link readProgram} does
 */
export async function readProgramHead(given: string | URL): Promise<Program> {
  return readFrom(given, (size) => Math.min(size, headBytes));
}

async function readFrom(given: string | URL, wanted: (size: number) => number): Promise<Program> {
  const shown = String(given);
  const path = await resolveLinks(absolutePath(given), shown);
  const { file, stats } = await openToRead(path, shown);
  try {
    if (stats.isDirectory()) throw artifactUnreadable(shown, "it is a folder, and a program file is expected");
    const length = wanted(stats.size);
    if (length > largest)
      throw errors.TENON_BINARY_TOO_LARGE({ message: `${shown} has ${stats.size} bytes`, subject: shown });
    const bytes = await readBytes(file, length).catch((cause: Error) => {
      throw artifactUnreadable(shown, cause.message, cause);
    });
    if (bytes.length === 0) throw errors.TENON_ARTIFACT_EMPTY({ message: `${shown} is empty`, subject: shown });
    return { given: shown, path, bytes, recognised: recognise(bytes.subarray(0, headBytes)) };
  } finally {
    await file.close();
  }
}

/** Up to `length` bytes: a file that is cut short meanwhile gives fewer. */
async function readBytes(
  file: { read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> },
  length: number,
): Promise<Uint8Array> {
  // Not cleared first: a large file would be written twice.
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
