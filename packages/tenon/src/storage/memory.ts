import type { Change, KeyRange } from "./port.js";
import type { StorageProvider, Store } from "./provider.js";

/** Stores what plugins keep in memory, as long as the provider exists: for tests. */
export function memoryStorage(): StorageProvider {
  const plugins = new Map<string, Map<string, Uint8Array>>();
  return {
    async open(plugin) {
      let entries = plugins.get(plugin);
      if (entries === undefined) plugins.set(plugin, (entries = new Map()));
      return new MemoryStore(entries);
    },
  };
}

class MemoryStore implements Store {
  readonly #entries: Map<string, Uint8Array>;
  /** All keys in order, until one is added or removed. */
  #sorted: readonly string[] | undefined;

  constructor(entries: Map<string, Uint8Array>) {
    this.#entries = entries;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#entries.get(key)?.slice();
  }

  async keys({ prefix, after, limit }: KeyRange): Promise<readonly string[]> {
    this.#sorted ??= [...this.#entries.keys()].sort(byBytes);
    const page: string[] = [];
    for (let index = after === undefined ? 0 : firstAfter(this.#sorted, after); index < this.#sorted.length; index++) {
      const key = this.#sorted[index] as string;
      if (!key.startsWith(prefix)) continue;
      page.push(key);
      if (page.length === limit) break;
    }
    return page;
  }

  async write(changes: readonly Change[]): Promise<void> {
    this.#sorted = undefined;
    for (const { key, value } of changes) {
      if (value === undefined) this.#entries.delete(key);
      else this.#entries.set(key, value.slice());
    }
  }

  async use() {
    let bytes = 0;
    for (const [key, value] of this.#entries) bytes += Buffer.byteLength(key) + value.byteLength;
    return { bytes, entries: this.#entries.size };
  }

  async close(): Promise<void> {}
}

/** Compares by UTF-8 bytes, which is the order of code points, not that of UTF-16. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function firstAfter(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byBytes(sorted[middle] as string, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
