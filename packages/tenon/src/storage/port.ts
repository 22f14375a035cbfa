/** One change of a batch: a value to store, or `undefined` to remove what is stored. */
export interface Change {
  readonly key: string;
  readonly value: Uint8Array | undefined;
}

/** Which keys to list: those after `after` that begin with `prefix`, in the order of their UTF-8 bytes. */
export interface KeyRange {
  readonly prefix: string;
  readonly after?: string | undefined;
  /** Most keys to return. */
  readonly limit: number;
}

/** How much is stored. Bytes are those of keys, in UTF-8, and values. */
export interface StorageUse {
  readonly bytes: number;
  readonly entries: number;
}

/** How much may be stored. */
export interface StorageBounds {
  readonly bytes: number;
  readonly entries: number;
}

/**
 * What one plugin stores, as a runtime gets it: `LoadRequest.storage`. `storageOf` makes of it what authors of plugins use.
 *
 * Every method rejects with the codes TENON_STORAGE_INVALID, TENON_STORAGE_DAMAGED and TENON_STORAGE_FAILED.
 */
export interface StoragePort {
  get(key: string): Promise<Uint8Array | undefined>;
  /** Returns one page of keys. */
  keys(range: KeyRange): Promise<readonly string[]>;
  /**
   * Makes all changes, or none if a key does not have the value that is expected of it. Resolves with whether it did, once the changes
   * survive the end of the host's process.
   *
   * @throws TENON_STORAGE_FULL
   */
  write(changes: readonly Change[], expected: readonly Change[]): Promise<boolean>;
  use(): Promise<StorageUse & { readonly most: StorageBounds }>;
}

/** Most bytes of a key, in UTF-8. */
export const longestKey = 1024;
/** Most bytes of a value. */
export const largestValue = 4 * 1024 * 1024;
/** Most changes of one batch, and most bytes of the values in it. */
export const mostChanges = 1000;
export const largestBatch = 8 * 1024 * 1024;
/** Most keys of one page. */
export const largestPage = 1000;
