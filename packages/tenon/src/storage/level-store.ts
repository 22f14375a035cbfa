import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import type { ClassicLevel } from "classic-level";
import { storageDamaged, storageFailed, storageLibraryMissing, storageLocked } from "../errors/factories/storage.js";
import { messageOf, propertyOf } from "../errors/index.js";
import { damageIn } from "./level-log.js";
import type { Change, KeyRange, StorageUse } from "./port.js";
import type { Store } from "./provider.js";

type Level = ClassicLevel<string, Uint8Array>;

/** What entries of plugins begin with, so that the store can have its own. */
const own = "k";
/** How much is stored, as long as nothing was changed since the store was closed. */
const useKey = "!use";
/** Bytes of the checksum before each value. */
const sumBytes = 4;

/** The entries of one plugin in a LevelDB. */
export class LevelStore implements Store {
  readonly #plugin: string;
  /** The folder of the plugin. */
  readonly #home: string;
  readonly #sync: boolean;
  #level: Level;
  /** Set when a write has failed: LevelDB must read its log again before the next one. */
  #failed = false;
  /** Whether the store says how much is in it: it was closed, and nothing was changed since. */
  #isAsClosed: boolean;
  #isChanged = false;

  private constructor(plugin: string, home: string, sync: boolean, level: Level, isAsClosed: boolean) {
    this.#plugin = plugin;
    this.#home = home;
    this.#sync = sync;
    this.#level = level;
    this.#isAsClosed = isAsClosed;
  }

  static async open(plugin: string, home: string, sync: boolean): Promise<LevelStore> {
    if (openHere.has(home)) throw storageLocked(plugin, home);
    openHere.add(home);
    try {
      const level = await openLevel(plugin, home);
      return new LevelStore(plugin, home, sync, level, existsSync(join(home, closedName)));
    } catch (thrown) {
      openHere.delete(home);
      throw thrown;
    }
  }

  async use(): Promise<StorageUse> {
    if (this.#isAsClosed) {
      const known = await this.#reading(() => this.#level.get(useKey));
      // It is the last that was written, so that what was before it is there as well.
      if (known === undefined) throw this.#damaged("it was closed with more than what is there");
      const [bytes = 0, entries = 0] = JSON.parse(Buffer.from(this.#checked(useKey, known)).toString());
      return { bytes, entries };
    }
    let bytes = 0;
    let entries = 0;
    await this.#reading(async () => {
      const iterator = this.#level.iterator({ gte: own });
      try {
        for (let page = await iterator.nextv(1000); page.length > 0; page = await iterator.nextv(1000)) {
          for (const [key, value] of page) {
            bytes += Buffer.byteLength(key) - own.length + this.#checked(key, value).byteLength;
            entries += 1;
          }
        }
      } finally {
        await iterator.close();
      }
    });
    return { bytes, entries };
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const value = await this.#reading(() => this.#level.get(own + key));
    if (value !== undefined) return this.#checked(own + key, value);
    // Whether a key may be in a table, a filter says, whose own checksum LevelDB does not compare.
    const range = { gte: own + key, lte: own + key, limit: 1 };
    const found = await this.#reading(() => this.#level.keys(range).all());
    if (found.length > 0) throw this.#damaged(`its filters lack ${JSON.stringify(key)}, which is there`);
    return undefined;
  }

  async keys({ prefix, after: last, limit }: KeyRange): Promise<readonly string[]> {
    const from = own + prefix;
    const past = last === undefined || own + last < from ? { gte: from } : { gt: own + last };
    // With their values, so that a damaged key is found.
    return this.#reading(async () => {
      const found: string[] = [];
      const iterator = this.#level.iterator({ ...past, limit });
      try {
        for (let page = await iterator.nextv(limit); page.length > 0; page = await iterator.nextv(limit)) {
          for (const [key, value] of page) {
            if (!key.startsWith(from)) return found;
            this.#checked(key, value);
            found.push(key.slice(own.length));
          }
        }
        return found;
      } finally {
        await iterator.close();
      }
    });
  }

  async write(changes: readonly Change[]): Promise<void> {
    await this.#recover();
    try {
      if (!this.#isChanged) await rm(join(this.#home, closedName), { force: true });
      const operations = changes.map(({ key, value }) =>
        value === undefined
          ? ({ type: "del", key: own + key } as const)
          : ({ type: "put", key: own + key, value: summed(own + key, value) } as const),
      );
      const marks = this.#isChanged ? [] : [{ type: "del", key: useKey } as const];
      await this.#level.batch([...operations, ...marks], { sync: this.#sync });
      this.#isChanged = true;
    } catch (thrown) {
      this.#failed = true;
      throw storageFailed(this.#plugin, "a change was not stored", reasonOf(thrown), thrown);
    }
  }

  async close(use: StorageUse): Promise<void> {
    try {
      if (!this.#failed && (this.#isChanged || !this.#isAsClosed)) {
        const text = summed(useKey, new TextEncoder().encode(JSON.stringify([use.bytes, use.entries])));
        await this.#level.put(useKey, text, { sync: this.#sync });
        await writeFile(join(this.#home, closedName), "");
      }
    } catch {
      // Then all entries are counted when it is opened again.
      await rm(join(this.#home, closedName), { force: true }).catch(() => {});
    } finally {
      await this.abandon();
    }
  }

  async abandon(): Promise<void> {
    await this.#level.close().catch(() => {});
    openHere.delete(this.#home);
  }

  async #recover(): Promise<void> {
    if (!this.#failed) return;
    await this.#level.close().catch(() => {});
    this.#level = await openLevel(this.#plugin, this.#home);
    this.#failed = false;
  }

  async #reading<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (thrown) {
      if (propertyOf(thrown, "code") === "TENON_STORAGE_DAMAGED") throw thrown;
      if (propertyOf(thrown, "code") === "LEVEL_CORRUPTION") throw this.#damaged(reasonOf(thrown), thrown);
      throw storageFailed(this.#plugin, "what is stored cannot be read", reasonOf(thrown), thrown);
    }
  }

  /** Returns the value without its checksum, which says that it is the one that was stored under the key. */
  #checked(key: string, stored: Uint8Array): Uint8Array {
    if (isWhole(key, stored)) return stored.subarray(sumBytes);
    throw this.#damaged(`the value of ${JSON.stringify(key.slice(own.length))} is not the one that was stored`);
  }

  #damaged(why: string, cause?: unknown) {
    const folder = join(this.#home, levelName);
    return storageDamaged(this.#plugin, dirname(this.#home), folder, why, cause);
  }
}

const levelName = "store";
/** A file that is there while the store is closed and says how much is in it. */
const closedName = "closed";
/** A file that is there from when the store was first open. */
const madeName = "made";

/** The stores that this thread has open. LevelDB would refuse to open one twice, and lose its lock against other processes by that. */
const openHere = new Set<string>();

async function openLevel(plugin: string, home: string): Promise<Level> {
  const { ClassicLevel } = await library();
  const folder = join(home, levelName);
  const isMade = existsSync(join(home, madeName));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (isMade) await expectWhole(plugin, folder);
    const level: Level = new ClassicLevel(folder, { valueEncoding: "view", createIfMissing: !isMade });
    await level.open();
    if (!isMade) await writeFile(join(home, madeName), "");
    return level;
  } catch (thrown) {
    if (propertyOf(thrown, "code") === "TENON_STORAGE_DAMAGED") throw thrown;
    const cause = propertyOf(thrown, "cause");
    const code = propertyOf(cause, "code");
    if (code === "LEVEL_LOCKED") throw storageLocked(plugin, folder, thrown);
    if (code === "LEVEL_CORRUPTION" || /does not exist|missing files/i.test(messageOf(cause)))
      throw storageDamaged(plugin, dirname(home), folder, reasonOf(thrown), thrown);
    throw storageFailed(plugin, `what is stored in ${folder} cannot be opened`, reasonOf(thrown), thrown);
  }
}

/** Finds what LevelDB would pass over when it opens a store. @throws TENON_STORAGE_DAMAGED */
async function expectWhole(plugin: string, folder: string): Promise<void> {
  const names = await readdir(folder);
  const logs = names.filter((name) => name.endsWith(".log"));
  if (logs.length === 0) throw storageDamaged(plugin, dirname(dirname(folder)), folder, "its log (*.log) is missing");
  for (const name of logs) {
    const path = join(folder, name);
    // Another process that has it open may remove it meanwhile.
    const log = await readFile(path).catch(() => new Uint8Array());
    const at = damageIn(log);
    if (at !== undefined)
      throw storageDamaged(plugin, dirname(dirname(folder)), path, `what is at byte ${at} is not what was written`);
  }
}

/**
 * Keeps what can be read of a store that is damaged, and removes the rest.
 *
 * @returns how many entries are left, and how many of those that were found were not what was stored.
 * @throws TENON_STORAGE_IN_USE, TENON_STORAGE_FAILED, TENON_STORAGE_UNAVAILABLE
 */
export async function repairLevel(plugin: string, home: string): Promise<{ kept: number; removed: number }> {
  const { ClassicLevel } = await library();
  const folder = join(home, levelName);
  let kept = 0;
  const removed: string[] = [];
  try {
    await rm(join(home, closedName), { force: true });
    await ClassicLevel.repair(folder);
    const level: Level = new ClassicLevel(folder, { valueEncoding: "view" });
    await level.open();
    for await (const [key, value] of level.iterator()) {
      if (key.startsWith(own) && isWhole(key, value)) kept++;
      else removed.push(key);
    }
    await level.batch(removed.map((key) => ({ type: "del", key })));
    await level.close();
  } catch (thrown) {
    const cause = propertyOf(thrown, "cause");
    if (propertyOf(thrown, "code") === "LEVEL_LOCKED" || propertyOf(cause, "code") === "LEVEL_LOCKED")
      throw storageLocked(plugin, folder, thrown);
    throw storageFailed(plugin, `what is stored in ${folder} cannot be repaired`, reasonOf(thrown), thrown);
  }
  return { kept, removed: removed.filter((key) => key.startsWith(own)).length };
}

async function library(): Promise<typeof import("classic-level")> {
  try {
    return await import("classic-level");
  } catch (thrown) {
    throw storageLibraryMissing("classic-level", thrown);
  }
}

function summed(key: string, value: Uint8Array): Uint8Array {
  const stored = new Uint8Array(sumBytes + value.byteLength);
  new DataView(stored.buffer).setUint32(0, sumOf(key, value), true);
  stored.set(value, sumBytes);
  return stored;
}

function isWhole(key: string, stored: Uint8Array): boolean {
  if (stored.byteLength < sumBytes) return false;
  const { buffer, byteOffset } = stored;
  return sumOf(key, stored.subarray(sumBytes)) === new DataView(buffer, byteOffset).getUint32(0, true);
}

function sumOf(key: string, value: Uint8Array): number {
  const sum = crc32(key);
  // Of no bytes, zlib returns 0, depending on where they are.
  return value.byteLength === 0 ? sum : crc32(value, sum);
}

/** What LevelDB says, which the library puts below its own error. */
function reasonOf(thrown: unknown): string {
  const cause = propertyOf(thrown, "cause");
  return cause === undefined ? messageOf(thrown) : messageOf(cause);
}
