import { extname } from "node:path";
import { foldersOf } from "./plugin-files.js";

// Editors write a file in several steps, and tools several files.
const quiet = 80;
const contractEndings = new Set([".wit", ".json"]);

export interface Watched {
  /** The absolute paths that matter now. */
  files(): Promise<readonly string[]>;
  /** Called with the paths that changed; the next changes wait for its end. */
  changed(paths: readonly string[]): Promise<void>;
  /** Called as soon as something changed, also while `changed` is still at work. */
  noticed(): void;
  readonly signal: AbortSignal;
}

/** Follows changes until the signal: of the files themselves, and of manifests and contracts beside them. */
export async function watchFiles(watched: Watched, ready: () => Promise<void>): Promise<void> {
  const { watch } = await import("chokidar");
  let files = new Set(await watched.files());
  const watcher = watch([...foldersOf([...files])], {
    depth: 0,
    ignoreInitial: true,
    ignored: /[\\/](?:node_modules|\.git)(?:[\\/]|$)/,
  });
  const pending = new Set<string>();
  let isQuiet = false;
  let wake: () => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<void>((resolve) => {
    if (watched.signal.aborted) resolve();
    watched.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  watcher.on("all", (_event, path) => {
    if (!files.has(path) && !contractEndings.has(extname(path))) return;
    pending.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      isQuiet = true;
      watched.noticed();
      wake();
    }, quiet);
  });
  try {
    await new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
    await Promise.race([ready(), stopped]);
    while (!watched.signal.aborted) {
      if (!isQuiet) {
        await Promise.race([new Promise<void>((resolve) => (wake = resolve)), stopped]);
        continue;
      }
      isQuiet = false;
      const paths = [...pending];
      pending.clear();
      await Promise.race([watched.changed(paths), stopped]);
      files = new Set([...files, ...(await watched.files())]);
      watcher.add([...foldersOf([...files])]);
    }
  } finally {
    clearTimeout(timer);
    await watcher.close();
  }
}
