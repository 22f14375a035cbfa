import type { Grants } from "../grants/grants.js";
import type { LoadRequest } from "../runtime/index.js";
import type { StorageLease, StorageLeases } from "../storage/leases.js";
import type { StorageProvider } from "../storage/provider.js";

/** What plugins of a host store. Nothing is loaded before the first plugin that is granted storage starts. */
export class HostStorage {
  readonly #given: string | StorageProvider | undefined;
  #leases: Promise<StorageLeases> | undefined;

  constructor(given: string | StorageProvider | undefined) {
    this.#given = given;
  }

  /** @param artifact what tells plugins of the same name apart. */
  of(plugin: string, artifact: string, { storage }: Grants): PluginStorage | undefined {
    if (storage === undefined) return undefined;
    const grant = storage === true ? {} : storage;
    return new PluginStorage(async () => (await this.#get()).take(plugin, artifact, grant));
  }

  async close(): Promise<void> {
    await (await this.#leases)?.close();
  }

  #get(): Promise<StorageLeases> {
    this.#leases ??= import("../storage/leases.js").then(({ StorageLeases }) => new StorageLeases(this.#given));
    return this.#leases;
  }
}

/** What one plugin stores, from its first start to its end: every instance of it uses the same. */
export class PluginStorage {
  readonly #take: () => Promise<StorageLease>;
  #lease: Promise<StorageLease> | undefined;

  constructor(take: () => Promise<StorageLease>) {
    this.#take = take;
  }

  /** Opens it if it is not open. @throws TENON_STORAGE_IN_USE, TENON_STORAGE_DAMAGED, TENON_STORAGE_FAILED, TENON_STORAGE_UNAVAILABLE */
  async start(): Promise<Pick<LoadRequest, "storage" | "folder">> {
    this.#lease ??= this.#take();
    try {
      const { port, folder } = await this.#lease;
      return { storage: port, ...(folder === undefined ? {} : { folder }) };
    } catch (thrown) {
      // The next start tries again.
      this.#lease = undefined;
      throw thrown;
    }
  }

  async end(): Promise<void> {
    const lease = this.#lease;
    this.#lease = undefined;
    await lease?.then(
      ({ release }) => release(),
      () => {},
    );
  }
}
