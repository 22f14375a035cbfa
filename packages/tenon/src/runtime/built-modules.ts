import { digest, type ModuleStore } from "./module-store.js";
import { readRegularFile } from "./regular-file.js";

const mostInMemory = 16;

/** A module, with the files outside of the plugin's folder that it was built from: path and digest. */
export interface KeptModule {
  readonly bytes: Uint8Array;
  readonly foreign: readonly (readonly [path: string, digest: string])[];
}

/** What a compiler produced. */
export interface MadeModule {
  readonly bytes: Uint8Array;
  /** Absolute paths of the files outside of the plugin's folder that it was built from. */
  readonly foreign: readonly string[];
  /** Whether the source is still the one that the key was computed from. */
  readonly isCurrent: boolean;
}

/**
 * Built modules, by a key that identifies source, compiler and flags: in memory, and on disk for the next run. Two
 * requests for the same key at the same time share one build.
 */
export class BuiltModules {
  readonly #store: ModuleStore;
  readonly #memory = new Map<string, KeptModule>();
  readonly #running = new Map<string, Promise<KeptModule>>();

  constructor(store: ModuleStore) {
    this.#store = store;
  }

  /** Returns the module that this or another process built for the key, unless a file outside of the folder has changed. */
  async kept(key: string): Promise<KeptModule | undefined> {
    const found = this.#memory.get(key) ?? (await this.#stored(key));
    for (const [path, content] of found?.foreign ?? []) if ((await digestOf(path)) !== content) return undefined;
    if (found !== undefined) this.#remember(key, found);
    return found;
  }

  make(key: string, build: () => Promise<MadeModule>): Promise<KeptModule> {
    let running = this.#running.get(key);
    if (running === undefined) {
      running = this.#build(key, build).finally(() => this.#running.delete(key));
      this.#running.set(key, running);
    }
    return running;
  }

  async #build(key: string, build: () => Promise<MadeModule>): Promise<KeptModule> {
    const { bytes, foreign: paths, isCurrent } = await build();
    const foreign = await Promise.all(paths.map(async (path) => [path, await digestOf(path)] as const));
    if (!isCurrent) return { bytes, foreign };
    this.#remember(key, { bytes, foreign });
    await this.#store.write(`${key}.wasm`, bytes);
    await this.#store.write(`${key}.json`, JSON.stringify({ content: digest(bytes), foreign }));
    await this.#store.prune(".wasm");
    await this.#store.prune(".json");
    return { bytes, foreign };
  }

  async #stored(key: string): Promise<KeptModule | undefined> {
    const [bytes, about] = await Promise.all([this.#store.read(`${key}.wasm`), this.#store.read(`${key}.json`)]);
    if (bytes === undefined || about === undefined) return undefined;
    try {
      const { content, foreign } = JSON.parse(new TextDecoder().decode(about)) as KeptModule & { content: string };
      // Do not use a file that was cut short or changed.
      return content === digest(bytes) && Array.isArray(foreign) ? { bytes, foreign } : undefined;
    } catch {
      return undefined;
    }
  }

  #remember(key: string, kept: KeptModule): void {
    this.#memory.delete(key);
    this.#memory.set(key, kept);
    const [oldest] = this.#memory.keys();
    if (this.#memory.size > mostInMemory && oldest !== undefined) this.#memory.delete(oldest);
  }
}

async function digestOf(path: string): Promise<string> {
  return digest((await readRegularFile(path).catch(() => undefined))?.content ?? "");
}
