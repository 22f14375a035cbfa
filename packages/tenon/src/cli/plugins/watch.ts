import { type FSWatcher, statSync, watch } from "node:fs";
import { join } from "node:path";
import { type Snapshot, takeSnapshot } from "./file-snapshot.js";
import { isWatched, type WatchList, withPrevious } from "./plugin-files.js";

// Editors write a file in several steps, and tools write several files. Later changes start another round.
const settleTime = 30;
// Without events (network file systems, no watches left), changes are only found by looking.
const pollInterval = 2000;
// A file that did not exist when the same list was last checked is new, whatever its times say.
const anyTime = Number.NEGATIVE_INFINITY;

/** What {@link watchFiles} watches and calls. */
export interface Watching {
  /** Returns what to watch now. Called again after every change. */
  list(): Promise<WatchList>;
  /** Called once when everything is watched, then with the paths that changed. Further changes wait until it is done. */
  next(paths: readonly string[]): Promise<void>;
  /** Called as soon as something changed, also while `next` is still running. */
  noticed(): void;
  readonly signal: AbortSignal;
}

/** Watches the files on the list, and contracts next to them, until the signal is aborted. */
export async function watchFiles(watching: Watching): Promise<void> {
  const changes = new Changes(() => watching.noticed());
  const stopped = new Promise<undefined>((resolve) => {
    if (watching.signal.aborted) resolve(undefined);
    watching.signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  try {
    changes.follow(await watching.list(), Number.POSITIVE_INFINITY);
    let paths: readonly string[] | undefined = [];
    while (paths !== undefined && !watching.signal.aborted) {
      const began = Date.now();
      await Promise.race([watching.next(paths), stopped]);
      changes.follow(await watching.list(), began);
      paths = await Promise.race([changes.take(), stopped]);
    }
  } finally {
    changes.end();
  }
}

/**
 * Finds what changed between two snapshots of the files. Events only say when to take one: fast events of one file may be
 * merged, and a file that was not on the list when its event arrived may be on the next list.
 */
class Changes {
  readonly #noticed: () => void;
  readonly #watchers = new Map<string, { watcher: FSWatcher; inode: number }>();
  readonly #paths = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #list: WatchList = { files: [], folders: [], wholeFolders: [] };
  // The last complete list.
  #known: WatchList = this.#list;
  #seen: Snapshot = new Map();
  #settling: NodeJS.Timeout | undefined;
  #wake: () => void = () => {};

  constructor(noticed: () => void) {
    this.#noticed = noticed;
    this.#timer = setInterval(() => {
      this.#watchFolders();
      if (this.#changed(takeSnapshot(this.#list), anyTime).length > 0) this.#announceSoon();
    }, pollInterval);
  }

  /** Watches another list. @param since when files new to the list were read; their later changes count */
  follow(list: WatchList, since: number): void {
    if (list.wholeFolders.length === 0) this.#known = list;
    this.#list = withPrevious(list, this.#known);
    this.#watchFolders();
    this.#look(since);
    if (this.#paths.size > 0) this.#announceSoon();
  }

  /** Returns the next changes, once they have settled. */
  async take(): Promise<readonly string[]> {
    if (this.#paths.size === 0 || this.#settling !== undefined)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    const paths = [...this.#paths];
    this.#paths.clear();
    return paths;
  }

  end(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#settling);
    for (const { watcher } of this.#watchers.values()) watcher.close();
  }

  #announceSoon(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      this.#look(anyTime);
      if (this.#paths.size === 0) return;
      this.#noticed();
      this.#wake();
    }, settleTime);
  }

  /** @param since the time from which changes of new files count */
  #look(since: number): void {
    const snapshot = takeSnapshot(this.#list);
    for (const path of this.#changed(snapshot, since)) this.#paths.add(path);
    this.#seen = snapshot;
  }

  #changed(snapshot: Snapshot, since: number): string[] {
    const gone = [...this.#seen.keys()].filter((path) => !snapshot.has(path) && isWatched(this.#list, path));
    const changed = [...snapshot].filter(([path, { stamp, changedAt }]) => {
      const seen = this.#seen.get(path);
      return seen === undefined ? changedAt >= since : seen.stamp !== stamp;
    });
    return [...gone, ...changed.map(([path]) => path)];
  }

  /** A folder that was removed and created again needs another watcher. */
  #watchFolders(): void {
    const { folders } = this.#list;
    for (const [folder, { watcher, inode }] of this.#watchers) {
      if (folders.includes(folder) && inodeOf(folder) === inode) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder);
  }

  #watch(folder: string): void {
    const inode = inodeOf(folder);
    if (inode === undefined) return;
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name === null || isWatched(this.#list, join(folder, name))) this.#announceSoon();
      });
      watcher.on("error", () => watcher.close());
      this.#watchers.set(folder, { watcher, inode });
    } catch {
      // No watches left, or not supported by this file system: the timer finds the changes.
    }
  }
}

function inodeOf(folder: string): number | undefined {
  try {
    return statSync(folder).ino;
  } catch {
    return undefined;
  }
}
