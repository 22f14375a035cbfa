import { type Recognised, recognise } from "../binary/index.js";
import { artifactEmpty, artifactUnreadable } from "../errors/factories/artifact.js";
import { programTooLarge } from "../errors/factories/binary.js";
import { absolutePath, openToRead, resolveLinks } from "../runtime/open-file.js";

/** A program file in memory. It never runs. */
export interface Program {
  /** The path as the user gave it, for messages. */
  readonly given: string;
  /** Absolute, with all symbolic links resolved. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** The format by its first bytes: not every file is a program. */
  readonly recognised: Recognised;
}

/** 2 GiB − 1: the limit of one read. */
const largest = 2 ** 31 - 1;
const headBytes = 4096;

/**
 * Reads a whole program file.
 *
 * @param given A path (relative to the current directory), or a `file:` URL.
 * @throws TENON_ARTIFACT_MISSING, TENON_ARTIFACT_EMPTY, TENON_ARTIFACT_UNREADABLE (a folder, no permission, a broken or
 * cyclic link, a pipe or device), TENON_BINARY_TOO_LARGE (2 GiB or more), TENON_OPTION_INVALID
 */
export async function readProgram(given: string | URL): Promise<Program> {
  return readFrom(given, (size) => size);
}

/**
 * Reads the first bytes of a program file: enough to recognise its format.
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
    if (stats.isDirectory()) throw artifactUnreadable(shown, "it is a folder, not a program file");
    const length = wanted(stats.size);
    if (length > largest) throw programTooLarge(shown, stats.size);
    const bytes = await readBytes(file, length).catch((cause: Error) => {
      throw artifactUnreadable(shown, cause.message, cause);
    });
    if (bytes.length === 0) throw artifactEmpty(shown);
    return { given: shown, path, bytes, recognised: recognise(bytes.subarray(0, headBytes)) };
  } finally {
    await file.close();
  }
}

/** Reads up to `length` bytes, fewer if the file shrinks while it is read. */
async function readBytes(
  file: { read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }> },
  length: number,
): Promise<Uint8Array> {
  // Not zeroed first, which would write the memory of a large file twice.
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  while (at < length) {
    const { bytesRead } = await file.read(bytes, at, length - at, at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
