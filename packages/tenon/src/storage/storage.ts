import { storageConflict, storageInvalid } from "../errors/factories/storage.js";
import { expectKey, expectRange, expectWrite } from "./check.js";
import { type Change, largestPage, type StorageBounds, type StoragePort, type StorageUse } from "./port.js";

/** What can be stored: bytes, or text, which is stored as UTF-8. */
export type Stored = Uint8Array | string;

/** One change of {@link Storage.batch}: without a value, the key is removed. */
export type BatchChange = readonly [key: string, value: Stored | undefined];

/**
 * What a plugin stores under its name: kept across swaps, restarts and runs of the host. A plugin has it if the host grants
 * `storage`.
 *
 * Keys are text of at most 1,024 bytes in UTF-8, values at most 4 MiB. When a promise of a change resolves, the change survives the
 * end of the plugin and of the host. Changes are made in the order of the calls. Methods reject with TENON_STORAGE_INVALID for what
 * cannot be stored, TENON_STORAGE_FULL beyond what was granted, TENON_STORAGE_DAMAGED and TENON_STORAGE_FAILED; then nothing was
 * changed.
 */
export interface Storage {
  /** Returns the bytes that are stored under a key. They are the caller's own. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Returns what is stored under a key as text. @throws TENON_STORAGE_INVALID if it is no UTF-8 */
  getText(key: string): Promise<string | undefined>;
  /** Returns what {@link setJson} stored under a key. @throws TENON_STORAGE_INVALID if it is no JSON */
  getJson<T = unknown>(key: string): Promise<T | undefined>;
  has(key: string): Promise<boolean>;
  set(key: string, value: Stored): Promise<void>;
  setJson(key: string, value: unknown): Promise<void>;
  /** Removes a key. Nothing happens if it is not there. */
  delete(key: string): Promise<void>;
  /**
   * Lists the keys that begin with a prefix, in the order of their UTF-8 bytes, page by page: a key that is added or removed meanwhile may
   * be in it or not.
   */
  keys(options?: { readonly prefix?: string; readonly after?: string }): AsyncIterable<string>;
  /** Makes up to 1,000 changes: all, or none. */
  batch(changes: readonly BatchChange[]): Promise<void>;
  /** Stores a value if the key has the expected one (`undefined`: if there is none). Returns whether it did. */
  compareAndSet(key: string, expected: Stored | undefined, value: Stored | undefined): Promise<boolean>;
  /**
   * Replaces a value by what `change` makes of it, and returns that. If the value was changed meanwhile, `change` is called again.
   *
   * @throws TENON_STORAGE_CONFLICT after 1,000 times
   */
  update(
    key: string,
    change: (current: Uint8Array | undefined) => Stored | undefined | Promise<Stored | undefined>,
  ): Promise<Uint8Array | undefined>;
  /** Returns how much is stored, and how much may be. */
  use(): Promise<StorageUse & { readonly most: StorageBounds }>;
}

/** How many operations of one plugin are under way at the same time; more wait. */
const mostUnderWay = 64;
const mostAttempts = 1000;

/** Makes of a port what authors of plugins use. */
export function storageOf(port: StoragePort): Storage {
  const turns = new Turns();
  const get = (key: string) => turns.run(() => port.get(key));
  const write = (changes: readonly Change[], expected: readonly Change[] = []) => {
    expectWrite(changes, expected);
    return turns.run(() => port.write(changes, expected));
  };
  return Object.freeze<Storage>({
    async get(key) {
      expectKey(key);
      return get(key);
    },
    async getText(key) {
      expectKey(key);
      return textOf(key, await get(key));
    },
    async getJson(key) {
      expectKey(key);
      const text = textOf(key, await get(key));
      if (text === undefined) return undefined;
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw storageInvalid(`what is stored under ${JSON.stringify(key)}`, "JSON text", "something else", cause);
      }
    },
    async has(key) {
      expectKey(key);
      return (await get(key)) !== undefined;
    },
    async set(key, value) {
      await write([{ key, value: bytesOf(value) }]);
    },
    async setJson(key, value) {
      const text: unknown = JSON.stringify(value);
      if (typeof text !== "string") throw storageInvalid(`the value of ${JSON.stringify(key)}`, "JSON", typeof value);
      await write([{ key, value: bytesOf(text) }]);
    },
    async delete(key) {
      await write([{ key, value: undefined }]);
    },
    async *keys({ prefix = "", after } = {}) {
      let last = after;
      for (;;) {
        const range = { prefix, after: last, limit: largestPage };
        expectRange(range);
        const page = await turns.run(() => port.keys(range));
        yield* page;
        last = page.at(-1);
        if (page.length < largestPage) return;
      }
    },
    async batch(changes) {
      await write(changes.map(([key, value]) => ({ key, value: value === undefined ? value : bytesOf(value) })));
    },
    async compareAndSet(key, expected, value) {
      const change = { key, value: value === undefined ? value : bytesOf(value) };
      return write([change], [{ key, value: expected === undefined ? expected : bytesOf(expected) }]);
    },
    async update(key, change) {
      expectKey(key);
      for (let attempt = 0; attempt < mostAttempts; attempt++) {
        const current = await get(key);
        const next = await change(current?.slice());
        const value = next === undefined ? next : bytesOf(next);
        if (await write([{ key, value }], [{ key, value: current }])) return value;
      }
      throw storageConflict(key, mostAttempts);
    },
    use: () => port.use(),
  });
}

/** A copy, which the caller cannot change any more. */
function bytesOf(value: Stored): Uint8Array {
  if (typeof value === "string") return new TextEncoder().encode(value);
  if (value instanceof Uint8Array || isBytes(value)) return new Uint8Array(value);
  throw storageInvalid("a value", "bytes (Uint8Array) or text", value === null ? "null" : typeof value);
}

/** Bytes of another realm. */
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === "[object Uint8Array]";
}

function textOf(key: string, bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw storageInvalid(`what is stored under ${JSON.stringify(key)}`, "text in UTF-8", "other bytes", cause);
  }
}

/** Lets so many operations begin, in order, and the others when these have ended. */
class Turns {
  #underWay = 0;
  readonly #waiting: (() => void)[] = [];

  async run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#underWay < mostUnderWay) this.#underWay++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await operation();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#underWay--;
      else next();
    }
  }
}
