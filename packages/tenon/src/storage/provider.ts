import type { Change, KeyRange, StorageUse } from "./port.js";

/**
 * The entries of one plugin, wherever they are. The host orders and bounds the changes, so that a store need not: it never gets two
 * calls of `write` at the same time.
 */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Returns at most `limit` keys, in the order of their UTF-8 bytes. */
  keys(range: KeyRange): Promise<readonly string[]>;
  /** Makes all changes or none. Resolves once they are kept. */
  write(changes: readonly Change[]): Promise<void>;
  /** Returns how much is stored. Called once, before anything else. */
  use(): Promise<StorageUse>;
  /** Closes it. `use`: how much is stored, which a store may keep so that it need not count. */
  close(use: StorageUse): Promise<void>;
  /** Closes it although it is not known how much is stored. */
  abandon?(): Promise<void>;
}

/** Where plugins store what they keep: `createHost({ storage })`. */
export interface StorageProvider {
  /**
   * Opens the entries of a plugin, which are there under its name alone. Not called again for a name before its store was closed.
   *
   * @throws TENON_STORAGE_IN_USE, TENON_STORAGE_DAMAGED, TENON_STORAGE_FAILED, TENON_STORAGE_UNAVAILABLE
   */
  open(plugin: string): Promise<Store>;
  /** Returns the plugin's own folder: an absolute path, of a folder that exists. Absent: there are no folders here. */
  folder?(plugin: string): Promise<string>;
  close?(): Promise<void>;
}
