import { type Stats, statSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** What was used a moment ago may be about to be opened: it is spared. In milliseconds. */
const spared = 60_000;
/** A draft that is older was left behind by a process that was killed. */
const longestWrite = 60 * 60_000;

/** The extension of a file that is being written. */
export const draftExtension = ".draft";
/** The extension of a built file, which comes after the name of its entry and a dot. */
export const fileExtension = ".file";

/** What a folder of builds may hold. */
export interface StoreLimits {
  readonly bytes: number;
  readonly entries: number;
}

interface Stored {
  readonly key: string;
  names: string[];
  bytes: number;
  used: number;
}

/** Deletes what was not used for the longest time until the rest is within the limits, and drafts of processes that are gone. */
export async function evict(folder: string, limits: StoreLimits): Promise<void> {
  const now = Date.now();
  const found = new Map<string, Stored>();
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const stats = statsOf(join(folder, name));
    if (stats?.isFile() !== true) continue;
    if (name.endsWith(draftExtension)) {
      if (now - stats.mtimeMs > longestWrite) await remove(folder, name);
      continue;
    }
    const isFile = name.endsWith(fileExtension);
    const [key = name] = name.split(".", 1);
    let entry = found.get(key);
    if (entry === undefined) found.set(key, (entry = { key, names: [], bytes: 0, used: 0 }));
    // The entry before its file: without an entry, a file is not found.
    if (isFile) entry.names.push(name);
    else entry.names.unshift(name);
    entry.bytes += stats.size;
    entry.used = Math.max(entry.used, isFile ? 0 : stats.mtimeMs);
  }
  let bytes = [...found.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  let entries = found.size;
  for (const entry of [...found.values()].sort((one, other) => one.used - other.used)) {
    if (bytes <= limits.bytes && entries <= limits.entries) break;
    if (now - entry.used < spared) break;
    for (const name of entry.names) await remove(folder, name);
    bytes -= entry.bytes;
    entries--;
  }
}

/** Asked for thousands of files at a time, which takes ten times as long with promises. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Another process may have deleted it, or uses it (Windows). */
async function remove(folder: string, name: string): Promise<void> {
  await rm(join(folder, name), { force: true }).catch(() => {});
}
