import { storageFolderMissing, storageNameTaken } from "../errors/factories/storage.js";
import { defaultStorage, type StorageGrant } from "../grants/grants.js";
import { embeddedStorage } from "./embedded.js";
import { PluginStore } from "./plugin-store.js";
import type { StoragePort } from "./port.js";
import { defaultFolder } from "./program-data.js";
import type { StorageProvider } from "./provider.js";

/** What a plugin got, until {@link release}. */
export interface StorageLease {
  readonly port: StoragePort;
  /** The plugin's own folder, if it is granted. */
  readonly folder: string | undefined;
  /** Called once. Resolves when the store is closed, if no other plugin of the same artifact uses it. */
  release(): Promise<void>;
}

interface Open {
  readonly artifact: string;
  readonly store: Promise<PluginStore>;
  leases: number;
}

/**
 * The stores that are open in a host, by the plugin's name. Plugins of the same artifact and name share one, as the instances of a
 * pool do. Another artifact with the name of a plugin that is open is refused: it could read what it has not stored.
 */
export class StorageLeases {
  readonly #provider: StorageProvider;
  readonly #open = new Map<string, Open>();
  readonly #closing = new Map<string, Promise<void>>();

  /** @param given a folder, or a storage; `undefined` for a folder in the user's data that has the name of the program. */
  constructor(given: string | StorageProvider | undefined) {
    this.#provider = typeof given === "object" ? given : embeddedStorage(given ?? defaultFolder());
  }

  /** @throws TENON_STORAGE_IN_USE, TENON_STORAGE_DAMAGED, TENON_STORAGE_FAILED, TENON_STORAGE_UNAVAILABLE */
  async take(plugin: string, artifact: string, grant: StorageGrant): Promise<StorageLease> {
    let open = this.#open.get(plugin);
    if (open !== undefined && open.artifact !== artifact) throw storageNameTaken(plugin, artifact, open.artifact);
    if (open === undefined) {
      open = { artifact, store: this.#openStore(plugin, grant), leases: 0 };
      this.#open.set(plugin, open);
    }
    const used = open;
    used.leases++;
    let released: Promise<void> | undefined;
    const release = () => (released ??= this.#release(plugin, used));
    try {
      const port = await used.store;
      const folder = grant.folder === true ? await this.#folder(plugin) : undefined;
      return { port, folder, release };
    } catch (thrown) {
      await release();
      throw thrown;
    }
  }

  /** Closes what is still open. */
  async close(): Promise<void> {
    for (const [plugin, open] of this.#open) {
      open.leases = 1;
      await this.#release(plugin, open);
    }
    await Promise.all(this.#closing.values());
    await this.#provider.close?.();
  }

  async #openStore(plugin: string, { bytes, entries }: StorageGrant): Promise<PluginStore> {
    await this.#closing.get(plugin);
    const store = await this.#provider.open(plugin);
    try {
      const most = { bytes: bytes ?? defaultStorage.bytes, entries: entries ?? defaultStorage.entries };
      return new PluginStore(plugin, store, await store.use(), most);
    } catch (thrown) {
      await store.abandon?.();
      throw thrown;
    }
  }

  async #folder(plugin: string): Promise<string> {
    if (this.#provider.folder === undefined) throw storageFolderMissing(plugin);
    return this.#provider.folder(plugin);
  }

  async #release(plugin: string, open: Open): Promise<void> {
    if (--open.leases > 0) return;
    if (this.#open.get(plugin) === open) this.#open.delete(plugin);
    const closing = open.store.then((store) => store.close()).catch(() => {});
    this.#closing.set(plugin, closing);
    await closing;
    if (this.#closing.get(plugin) === closing) this.#closing.delete(plugin);
  }
}
