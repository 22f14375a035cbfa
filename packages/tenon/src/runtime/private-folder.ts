import { type Stats, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { cacheUnsafe } from "../errors/factories/module-build.js";

/** The modes of what is made in a cache: for its owner only. */
export const privateFolder = 0o700;
export const privateFile = 0o600;

const othersWrite = 0o022;
const everybodyWrites = 0o002;
/** In a folder with this bit, such as /tmp, only the owner of a file can replace it. */
const sticky = 0o1000;

/** Makes the error for a folder that is not private. `at`: the folder itself, or one that it is in. */
type Unsafe = (folder: string, at: string, why: string) => Error;

/**
 * Makes a folder for a cache, and refuses one that other users could have filled: what is in a cache is executed. On Windows,
 * where a user's cache is private by default, it only makes the folder.
 *
 * @returns whether the folder exists: `false` if it cannot be made.
 * @throws TENON_CACHE_UNSAFE, or what `unsafe` makes
 */
export async function makePrivateFolder(folder: string, unsafe: Unsafe = cacheUnsafe): Promise<boolean> {
  const path = resolve(folder);
  try {
    // To make a folder that exists costs more than these looks, and each build of a cache asks.
    if (statsOf(path) === undefined) await mkdir(path, { recursive: true, mode: privateFolder });
  } catch {
    return false;
  }
  const stats = statsOf(path);
  if (stats?.isDirectory() !== true) return false;
  const user = process.geteuid?.();
  if (user === undefined) return true;
  if (stats.uid !== user) throw unsafe(path, path, "is owned by another user");
  if ((stats.mode & othersWrite) !== 0) throw unsafe(path, path, "can be written by other users");
  for (let at = dirname(path); ; at = dirname(at)) {
    if (isOpen(statsOf(at))) throw unsafe(path, at, "can be written by all users");
    if (dirname(at) === at) return true;
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function isOpen(stats: Stats | undefined): boolean {
  return stats !== undefined && (stats.mode & everybodyWrites) !== 0 && (stats.mode & sticky) === 0;
}
