import { randomUUID } from "node:crypto";
import { buildUnwritable } from "../errors/factories/module-build.js";
import { digestOf } from "../runtime/digest.js";
import { readRegularFile } from "../runtime/regular-file.js";
import type { BuildOptions } from "./builder.js";
import { keyOf } from "./key.js";
import { SharedBuilds } from "./shared-builds.js";
import type { BuildStore } from "./store.js";
import { inWorkFolder } from "./work-folder.js";

const mostInMemory = 16;

/** A file that the key of a build does not cover, with the digest that it had. */
type ForeignFile = readonly [path: string, digest: string];

/** What is kept of a build in every form. */
interface Kept {
  /** The digest of what was built: `sha256-…`. */
  readonly digest: string;
  readonly foreign: readonly ForeignFile[];
}

/** What was built into bytes. */
export interface KeptBytes extends Kept {
  readonly bytes: Uint8Array;
}

/** What was built into a file: its path in the store. */
export interface KeptFile extends Kept {
  readonly path: string;
}

/** What a compiler produced. */
export interface Made<Output> {
  readonly output: Output;
  /** Absolute paths of files that the key does not cover. The build has read them, and a change to one makes its result stale. */
  readonly foreign?: readonly string[];
  /** Whether the source is still the one that the key was computed from: otherwise the result is not kept. Default: true. */
  readonly isCurrent?: boolean;
}

/** What a build gets. */
export interface Work extends Pick<BuildOptions, "signal" | "progress"> {
  /** A temporary folder, which is removed once the result is stored, and when this process ends. */
  readonly folder: string;
}

/** How something is stored. */
interface Form<Output, Result extends Kept> {
  read(store: BuildStore, key: string): Promise<Result | undefined>;
  /** @param isKept whether it can be read later. */
  write(
    store: BuildStore,
    key: string,
    output: Output,
    foreign: readonly ForeignFile[],
    isKept: boolean,
  ): Promise<Result>;
}

/**
 * Builds by a key that identifies sources, compiler and options: in memory, and in the store for the next run. Callers that
 * ask for the same key at the same time share one build.
 */
class Builds<Output, Result extends Kept> {
  readonly #store: BuildStore;
  readonly #form: Form<Output, Result>;
  readonly #memory = new Map<string, Result>();
  readonly #running = new SharedBuilds<Result>({ stops: true });

  constructor(store: BuildStore, form: Form<Output, Result>) {
    this.#store = store;
    this.#form = form;
  }

  /**
   * Returns what this or another process built for the key, unless a file that the key does not cover has changed.
   *
   * @throws TENON_CACHE_UNSAFE
   */
  async kept(key: string): Promise<Result | undefined> {
    const found = this.#memory.get(key) ?? (await this.#form.read(this.#store, key));
    for (const [path, content] of found?.foreign ?? []) if ((await contentOf(path)) !== content) return undefined;
    // What may be deleted from the store is looked up each time.
    if (found !== undefined && "bytes" in found) this.#remember(key, found);
    return found;
  }

  /**
   * Builds, and keeps the result.
   *
   * @param subject for messages: what is built.
   * @param build receives a folder, and the signal and the function for steps of all callers.
   * @throws what `build` throws; the signal's reason, or TENON_LOAD_DEADLINE; TENON_CACHE_UNSAFE; for files, TENON_BUILD_WRITE
   */
  make(
    key: string,
    subject: string,
    options: BuildOptions,
    build: (work: Work) => Promise<Made<Output>>,
  ): Promise<Result> {
    return this.#running.run(key, subject, options, (shared) =>
      inWorkFolder("tenon-build-", async (folder) => {
        const { output, foreign: paths = [], isCurrent = true } = await build({ ...shared, folder });
        const foreign = await Promise.all(paths.map(async (path) => [path, await contentOf(path)] as const));
        const result = await this.#form.write(this.#store, key, output, foreign, isCurrent);
        if (isCurrent && "bytes" in result) this.#remember(key, result);
        return result;
      }),
    );
  }

  #remember(key: string, kept: Result): void {
    this.#memory.delete(key);
    this.#memory.set(key, kept);
    const [oldest] = this.#memory.keys();
    if (this.#memory.size > mostInMemory && oldest !== undefined) this.#memory.delete(oldest);
  }
}

export type { Builds };

/** Builds of WebAssembly and other bytes. If they cannot be stored, they are kept in memory only. */
export function bytesIn(store: BuildStore): Builds<Uint8Array, KeptBytes> {
  return new Builds(store, {
    async read(from, key) {
      const entry = await from.read(key);
      return entry && { bytes: entry.bytes, digest: entry.digest, foreign: entry.about as readonly ForeignFile[] };
    },
    async write(to, key, bytes, foreign, isKept) {
      const { digest } = isKept ? await to.write(key, foreign, bytes) : { digest: digestOf(bytes) };
      return { bytes, digest, foreign };
    },
  });
}

/** Builds of executables and libraries, from the paths of what compilers wrote. They are used where they are stored. */
export function filesIn(store: BuildStore): Builds<string, KeptFile> {
  return new Builds(store, {
    async read(from, key) {
      const file = await from.readFile(key);
      return file && { path: file.path, digest: file.digest, foreign: file.about as readonly ForeignFile[] };
    },
    async write(to, key, output, foreign, isKept) {
      const file = await to.writeFile(isKept ? key : keyOf(randomUUID()), foreign, output);
      if (file instanceof Error) throw buildUnwritable(output, to.folder, file);
      return { path: file.path, digest: file.digest, foreign };
    },
  });
}

async function contentOf(path: string): Promise<string> {
  return keyOf((await readRegularFile(path).catch(() => undefined))?.content ?? "");
}
