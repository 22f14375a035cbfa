import { storageClosed, storageFull } from "../errors/factories/storage.js";
import { expectKey, expectRange, expectWrite } from "./check.js";
import {
  type Change,
  type KeyRange,
  largestBatch,
  type StorageBounds,
  type StoragePort,
  type StorageUse,
} from "./port.js";
import type { Store } from "./provider.js";

interface Waiting {
  readonly changes: readonly Change[];
  readonly expected: readonly Change[];
  readonly resolve: (made: boolean) => void;
  readonly reject: (reason: unknown) => void;
}

/** Most writes that become one change of the store; and not many more bytes than {@link largestBatch}. */
const mostJoined = 200;

/**
 * The store of one plugin, for all its instances: orders the writes, compares what they expect, and keeps them within the bounds.
 * Writes that wait at the same time become one change of the store.
 */
export class PluginStore implements StoragePort {
  readonly #plugin: string;
  readonly #store: Store;
  readonly #most: StorageBounds;
  #use: StorageUse;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #reading = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(plugin: string, store: Store, use: StorageUse, most: StorageBounds) {
    this.#plugin = plugin;
    this.#store = store;
    this.#use = use;
    this.#most = most;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    expectKey(key);
    return this.#read(() => this.#store.get(key));
  }

  async keys(range: KeyRange): Promise<readonly string[]> {
    expectRange(range);
    return this.#read(() => this.#store.keys(range));
  }

  async write(changes: readonly Change[], expected: readonly Change[]): Promise<boolean> {
    expectWrite(changes, expected);
    if (this.#closed !== undefined) throw storageClosed(this.#plugin);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ changes, expected, resolve, reject });
      this.#writing ??= this.#writeAll();
    });
  }

  async use() {
    return { ...this.#use, most: this.#most };
  }

  /** Waits for what has begun, then closes the store. */
  close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.#writing;
      await Promise.allSettled(this.#reading);
      await this.#store.close(this.#use);
    })();
    return this.#closed;
  }

  async #read<T>(read: () => Promise<T>): Promise<T> {
    if (this.#closed !== undefined) throw storageClosed(this.#plugin);
    const reading = read();
    this.#reading.add(reading);
    try {
      return await reading;
    } finally {
      this.#reading.delete(reading);
    }
  }

  async #writeAll(): Promise<void> {
    // What is written in the same turn becomes one change.
    await undefined;
    while (this.#waiting.length > 0) await this.#writeSome(this.#waiting.splice(0, joined(this.#waiting)));
    this.#writing = undefined;
  }

  async #writeSome(writes: readonly Waiting[]): Promise<void> {
    const made: (readonly [Waiting, boolean])[] = [];
    try {
      const keys = new Set(writes.flatMap(({ changes, expected }) => [...changes, ...expected].map(({ key }) => key)));
      const current = new Map<string, Uint8Array | undefined>();
      await Promise.all([...keys].map(async (key) => current.set(key, await this.#store.get(key))));
      const changed = new Map<string, Change>();
      let use = this.#use;
      for (const write of writes) {
        if (write.expected.some(({ key, value }) => !same(current.get(key), value))) {
          made.push([write, false]);
          continue;
        }
        const next = useAfter(use, write.changes, current);
        // What becomes less is never too much, so that a plugin whose grant has become smaller can make room.
        const grows = { bytes: next.bytes > use.bytes, entries: next.entries > use.entries };
        if (grows.bytes && next.bytes > this.#most.bytes) {
          write.reject(storageFull(this.#plugin, "bytes", next.bytes, this.#most.bytes));
          continue;
        }
        if (grows.entries && next.entries > this.#most.entries) {
          write.reject(storageFull(this.#plugin, "entries", next.entries, this.#most.entries));
          continue;
        }
        use = next;
        for (const change of write.changes) {
          current.set(change.key, change.value);
          changed.set(change.key, change);
        }
        made.push([write, true]);
      }
      if (changed.size > 0) await this.#store.write([...changed.values()]);
      this.#use = use;
    } catch (thrown) {
      for (const { reject } of writes) reject(thrown);
      return;
    }
    for (const [{ resolve }, done] of made) resolve(done);
  }
}

/** Returns how many of the writes become one change. */
function joined(waiting: readonly Waiting[]): number {
  let bytes = 0;
  const index = waiting.findIndex(({ changes }) => {
    const before = bytes;
    bytes += changes.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
    return before > 0 && bytes > largestBatch;
  });
  return Math.min(mostJoined, index === -1 ? waiting.length : index);
}

function useAfter(
  use: StorageUse,
  changes: readonly Change[],
  current: ReadonlyMap<string, Uint8Array | undefined>,
): StorageUse {
  let { bytes, entries } = use;
  const own = new Map<string, Uint8Array | undefined>();
  for (const { key, value } of changes) {
    const before = own.has(key) ? own.get(key) : current.get(key);
    const length = Buffer.byteLength(key);
    if (before !== undefined) {
      bytes -= length + before.byteLength;
      entries -= 1;
    }
    if (value !== undefined) {
      bytes += length + value.byteLength;
      entries += 1;
    }
    own.set(key, value);
  }
  return { bytes, entries };
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;
}
