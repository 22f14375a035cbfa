import { matters, type WatchList } from "./plugin-files.js";

// Editors write a file in several steps, and tools several files. What comes later makes a further round.
const quiet = 30;

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
  const { watch } = await import("chokidar");
  let list = await watching.list();
  const changes = new Changes(watching);
  const watcher = watch([...list.folders], {
    depth: 0,
    ignoreInitial: true,
    ignored: /[\\/](?:node_modules|\.git)(?:[\\/]|$)/,
  });
  // What was told while the list was an older one: it may matter by the next.
  const passed = new Set<string>();
  watcher.on("all", (_event, path) => {
    if (matters(list, path)) changes.add(path);
    else passed.add(path);
  });
  const stopped = new Promise<undefined>((resolve) => {
    if (watching.signal.aborted) resolve(undefined);
    watching.signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  try {
    await new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
    let paths: readonly string[] | undefined = [];
    while (paths !== undefined && !watching.signal.aborted) {
      await Promise.race([watching.next(paths), stopped]);
      list = await watching.list();
      watcher.add([...list.folders]);
      for (const path of passed) if (matters(list, path)) changes.add(path);
      passed.clear();
      paths = await Promise.race([changes.take(), stopped]);
    }
  } finally {
    changes.end();
    await watcher.close();
  }
}

/** Changes that belong together: those between which no quiet is. */
class Changes {
  readonly #watching: Watching;
  readonly #paths = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isQuiet = false;
  #wake: () => void = () => {};

  constructor(watching: Watching) {
    this.#watching = watching;
  }

  add(path: string): void {
    this.#paths.add(path);
    this.#isQuiet = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isQuiet = true;
      this.#watching.noticed();
      this.#wake();
    }, quiet);
  }

  /** The next changes, when they are complete. */
  async take(): Promise<readonly string[]> {
    if (!this.#isQuiet) await new Promise<void>((resolve) => (this.#wake = resolve));
    const paths = [...this.#paths];
    this.#paths.clear();
    this.#isQuiet = false;
    return paths;
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
