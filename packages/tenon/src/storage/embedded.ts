import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { storageDamaged, storageFailed } from "../errors/factories/storage.js";
import { isTenonError, messageOf } from "../errors/index.js";
import { LevelStore, repairLevel } from "./level-store.js";
import type { StorageProvider } from "./provider.js";

/** How {@link embeddedStorage} stores. */
export interface EmbeddedStorageOptions {
  /**
   * Whether a change waits until the disk has it, so that it also survives a loss of power. Default false: it waits until the system
   * has it, and so survives the end of the plugin and of the host, however that happens.
   */
  readonly sync?: boolean;
}

/**
 * Stores what plugins keep in a folder of this machine, which only one process may use at the same time for the same plugin: a
 * database (LevelDB) and a folder for each plugin. Needs the package `classic-level`.
 *
 * ```ts
 * const host = createHost({ storage: embeddedStorage("./plugin-data", { sync: true }) });
 * ```
 */
export function embeddedStorage(folder: string, options: EmbeddedStorageOptions = {}): StorageProvider {
  const root = resolve(folder);
  return {
    async open(plugin) {
      const home = await homeOf(root, plugin);
      return LevelStore.open(plugin, home, options.sync === true);
    },
    async folder(plugin) {
      return privateFolder(plugin, join(await homeOf(root, plugin), "files"));
    },
  };
}

/** One plugin's part of an embedded storage. */
export interface StoredPlugin {
  readonly plugin: string;
  readonly folder: string;
}

/** Lists the plugins that have stored something in a folder, by name. */
export async function storedPlugins(folder: string): Promise<readonly StoredPlugin[]> {
  const names = await readdir(folder).catch(() => []);
  const found = await Promise.all(names.map((name) => readMark(join(folder, name))));
  return found.filter((each) => each !== undefined).sort((a, b) => (a.plugin < b.plugin ? -1 : 1));
}

/** Keeps what can be read of what a plugin has stored. @throws TENON_STORAGE_IN_USE, TENON_STORAGE_FAILED, TENON_STORAGE_UNAVAILABLE */
export function repairStored({ plugin, folder }: StoredPlugin): Promise<{ kept: number; removed: number }> {
  return repairLevel(plugin, folder);
}

async function readMark(folder: string): Promise<StoredPlugin | undefined> {
  try {
    const { plugin } = JSON.parse(await readFile(join(folder, markName), "utf8"));
    return typeof plugin === "string" ? { plugin, folder } : undefined;
  } catch {
    return undefined;
  }
}

const markName = "plugin.json";

/** Makes the folder of a plugin. Its name is readable, and different for each plugin on every file system. */
async function homeOf(root: string, plugin: string): Promise<string> {
  const readable = plugin.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, 40);
  const home = join(root, `${readable}-${createHash("sha256").update(plugin).digest("hex").slice(0, 16)}`);
  const mark = join(home, markName);
  try {
    if (existsSync(mark)) return home;
    await mkdir(home, { recursive: true, mode: 0o700 });
    await writeFile(`${mark}.new`, JSON.stringify({ plugin }), { mode: 0o600 });
    await rename(`${mark}.new`, mark);
    return home;
  } catch (thrown) {
    throw storageFailed(plugin, `storage in ${home} cannot be made`, messageOf(thrown), thrown);
  }
}

/** Makes a folder that only this user reads. @throws TENON_STORAGE_DAMAGED if something else is there. */
async function privateFolder(plugin: string, path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    if ((await lstat(path)).isDirectory()) return path;
    throw storageDamaged(plugin, join(path, "..", ".."), path, "expected a folder, found a link or a file");
  } catch (thrown) {
    if (isTenonError(thrown)) throw thrown;
    throw storageFailed(plugin, `the folder ${path} cannot be made`, messageOf(thrown), thrown);
  }
}
