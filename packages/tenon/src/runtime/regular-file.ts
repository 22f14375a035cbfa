import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import { fileIrregular, fileTooLarge } from "../errors/factories/file.js";

/** How much is read of one file that is part of a plugin's source. */
export const largestSource = 64 * 1024 * 1024;

/** Why a file is not read, in words; its cause is the system's own error, if there is one. */
export class FileRefused extends Error {}

/** A file as it was read: its content and its metadata are of the same file, whatever its name stands for by now. */
export interface ReadFile {
  readonly content: Buffer;
  readonly stats: BigIntStats;
}

// Without O_NONBLOCK, opening a pipe waits for its writer.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/**
 * Reads a regular file: opens it once, looks at what was opened, and reads as many bytes as it had then. So it ends for
 * pipes, devices, and files that grow while they are read.
 *
 * @param most how many bytes it may have.
 * @throws FileRefused; or the system's error if it cannot be opened or read
 */
export async function readRegularFile(path: string, most: number = largestSource): Promise<ReadFile> {
  const file = await open(path, flags);
  try {
    const stats = await file.stat({ bigint: true });
    const content = Buffer.allocUnsafe(expectedSize(stats, most));
    let at = 0;
    while (at < content.length) {
      const { bytesRead } = await file.read(content, at, content.length - at, at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return { content: content.subarray(0, at), stats };
  } finally {
    await file.close();
  }
}

/** Reads a regular file as `readRegularFile` does, without a promise. */
export function readRegularFileSync(path: string, most: number = largestSource): ReadFile {
  const file = openSync(path, flags);
  try {
    const stats = fstatSync(file, { bigint: true });
    const content = Buffer.allocUnsafe(expectedSize(stats, most));
    let at = 0;
    while (at < content.length) {
      const count = readSync(file, content, at, content.length - at, at);
      if (count === 0) break;
      at += count;
    }
    return { content: content.subarray(0, at), stats };
  } finally {
    closeSync(file);
  }
}

/** Reads a regular file in parts, for files that are too large for memory. */
export async function* readInParts(path: string, most: number): AsyncGenerator<Uint8Array> {
  const file = await open(path, flags);
  try {
    const size = expectedSize(await file.stat({ bigint: true }), most);
    const part = Buffer.allocUnsafe(Math.min(size, 1024 * 1024));
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(part, 0, Math.min(part.length, size - at), at);
      if (bytesRead === 0) break;
      yield part.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** Returns the text of a regular file, or `undefined` if it cannot be read. */
export async function textOfFile(path: string, most?: number): Promise<string | undefined> {
  return (await readRegularFile(path, most).catch(() => undefined))?.content.toString("utf8");
}

/** Returns a line of a file, counting from 1, or `undefined` if it cannot be read. */
export function lineOfFile(path: string, line: number): string | undefined {
  try {
    return readRegularFileSync(path).content.toString("utf8").split(/\r?\n/)[line - 1];
  } catch {
    return undefined;
  }
}

/** What a file is that is not a regular one; `undefined` for a regular file. */
export function irregularKind(stats: Pick<Stats, "isFile" | "isDirectory" | "isFIFO" | "isSocket">) {
  if (stats.isFile()) return undefined;
  if (stats.isDirectory()) return "a folder";
  return stats.isFIFO() ? "a named pipe" : stats.isSocket() ? "a socket" : "a device";
}

function expectedSize(stats: BigIntStats, most: number): number {
  const kind = irregularKind(stats);
  if (kind !== undefined) throw new FileRefused(fileIrregular(kind));
  if (stats.size > BigInt(most)) throw new FileRefused(fileTooLarge(most, Number(stats.size)));
  return Number(stats.size);
}
