import type { EmbeddedStorageOptions } from "./embedded.js";
import type { StorageProvider } from "./provider.js";

/**
 * Stores what plugins keep in a folder of this machine: a database (LevelDB) and a folder for each plugin. Only one process at a time
 * can use what a plugin stores: TENON_STORAGE_IN_USE. Needs the package `classic-level`: TENON_STORAGE_UNAVAILABLE.
 *
 * ```ts
 * const host = createHost({ storage: embeddedStorage("./plugin-data", { sync: true }) });
 * ```
 */
export function embeddedStorage(
  folder: string,
  options?: EmbeddedStorageOptions,
): Required<Pick<StorageProvider, "open" | "folder">> {
  return lazily(async () => (await import("./embedded.js")).embeddedStorage(folder, options));
}

/** Stores what plugins keep in memory, as long as the returned object exists: for tests. There are no folders. */
export function memoryStorage(): StorageProvider {
  const { open } = lazily(async () => (await import("./memory.js")).memoryStorage());
  return { open };
}

function lazily(load: () => Promise<StorageProvider>) {
  let provider: Promise<StorageProvider> | undefined;
  const get = () => (provider ??= load());
  return {
    open: async (plugin: string) => (await get()).open(plugin),
    folder: async (plugin: string) => (await get()).folder?.(plugin) as Promise<string>,
  };
}
