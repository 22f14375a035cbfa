import { readFile } from "node:fs/promises";
import { digest, type ModuleStore } from "./module-store.js";

const mostInMemory = 16;

/** A result, with what it was made of outside of the plugin's folder: path and digest. */
export interface KeptModule {
  readonly bytes: Uint8Array;
  readonly foreign: readonly (readonly [path: string, digest: string])[];
}

/** What a compiler made. */
export interface MadeModule {
  readonly bytes: Uint8Array;
  /** Absolute paths of files outside of the plugin's folder that went into it. */
  readonly foreign: readonly string[];
  /** Whether the source is still what the key was made of. */
  readonly isCurrent: boolean;
}

/**
 * Modules that were built, by keys that tell source, compiler and flags: in memory, and on disk for the next run. What
 * is asked for twice at the same time is made once.
 */
export class BuiltModules {
  readonly #store: ModuleStore;
  readonly #memory = new Map<string, KeptModule>();
  readonly #running = new Map<string, Promise<KeptModule>>();

  constructor(store: ModuleStore) {
    this.#store = store;
  }

  /** A result of the same key, of this process or another, as long as what lies outside of the folder is the same, too. */
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
      // A file that was cut short or changed is not used.
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
  return digest((await readFile(path).catch(() => undefined)) ?? "");
}
