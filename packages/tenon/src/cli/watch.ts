import { type FSWatcher, statSync, watch } from "node:fs";
import { join } from "node:path";
import { matters, type WatchList, withKnown } from "./plugin-files.js";
import { type Sight, sightOf } from "./watched-files.js";

// Editors write a file in several steps, and tools several files. What comes later makes a further round.
const quiet = 30;
// Where the system tells nothing (file systems of other machines, no watches left), looking must do.
const lookEvery = 2000;
// A file that was not there when the same list was last looked at is new, whatever its times say.
const everything = Number.NEGATIVE_INFINITY;

/** Who is told of changes. */
export interface Watching {
  /** What matters now; asked again after every change. */
  list(): Promise<WatchList>;
  /** Called once when everything is watched, then with the paths that changed; the next changes wait for its end. */
  next(paths: readonly string[]): Promise<void>;
  /** Called as soon as something changed, also while `next` is still at work. */
  noticed(): void;
  readonly signal: AbortSignal;
}

/** Follows changes of the files on the list, and of contracts beside them, until the signal. */
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
 * What changed between two looks at the files. Events only say when to look: those of one file that follow each other
 * fast may be told as one, and a file that was not on the list when its event came may be on the next.
 */
class Changes {
  readonly #noticed: () => void;
  readonly #watchers = new Map<string, { watcher: FSWatcher; inode: number }>();
  readonly #paths = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  #list: WatchList = { files: [], folders: [], anyIn: [] };
  // The last list of all files.
  #known: WatchList = this.#list;
  #seen: Sight = new Map();
  #quiet: NodeJS.Timeout | undefined;
  #wake: () => void = () => {};

  constructor(noticed: () => void) {
    this.#noticed = noticed;
    this.#timer = setInterval(() => {
      this.#watchFolders();
      if (this.#changed(sightOf(this.#list), everything).length > 0) this.#tellSoon();
    }, lookEvery);
  }

  /** @param since when those files were read that came onto the list; what changed later is told. */
  follow(list: WatchList, since: number): void {
    if (list.anyIn.length === 0) this.#known = list;
    this.#list = withKnown(list, this.#known);
    this.#watchFolders();
    this.#look(since);
    if (this.#paths.size > 0) this.#tellSoon();
  }

  /** The next changes, when they are complete. */
  async take(): Promise<readonly string[]> {
    if (this.#paths.size === 0 || this.#quiet !== undefined)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    const paths = [...this.#paths];
    this.#paths.clear();
    return paths;
  }

  end(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#quiet);
    for (const { watcher } of this.#watchers.values()) watcher.close();
  }

  #tellSoon(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#quiet = undefined;
      this.#look(everything);
      if (this.#paths.size === 0) return;
      this.#noticed();
      this.#wake();
    }, quiet);
  }

  /** @param since from when on a change counts of a file that was not seen before. */
  #look(since: number): void {
    const sight = sightOf(this.#list);
    for (const path of this.#changed(sight, since)) this.#paths.add(path);
    this.#seen = sight;
  }

  #changed(sight: Sight, since: number): string[] {
    const gone = [...this.#seen.keys()].filter((path) => !sight.has(path) && matters(this.#list, path));
    const changed = [...sight].filter(([path, { stamp, changedAt }]) => {
      const seen = this.#seen.get(path);
      return seen === undefined ? changedAt >= since : seen.stamp !== stamp;
    });
    return [...gone, ...changed.map(([path]) => path)];
  }

  /** A folder that was removed and made anew needs another watcher. */
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
        if (name === null || matters(this.#list, join(folder, name))) this.#tellSoon();
      });
      watcher.on("error", () => watcher.close());
      this.#watchers.set(folder, { watcher, inode });
    } catch {
      // No watches left, or none on this file system: then the timer looks.
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
