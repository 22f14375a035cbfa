import { createHash, randomUUID } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import { copyFile, type FileHandle, open, rename, rm, stat, utimes } from "node:fs/promises";
import { join, resolve } from "node:path";
import { digestOfHash, hexOfDigest } from "../runtime/digest.js";
import { makePrivateFolder, privateFile } from "../runtime/private-folder.js";
import { readInParts, readRegularFile } from "../runtime/regular-file.js";
import { userCache } from "../runtime/user-cache.js";
import { decodeEntry, type Entry, encodeEntry } from "./entry-format.js";
import { draftExtension, evict, fileExtension, type StoreLimits } from "./eviction.js";

/** How many bytes one stored build may have. */
const largest = 2 ** 30;
/** What each language may keep. */
const usualLimits: StoreLimits = { bytes: 2 ** 30, entries: 4096 };
/** After writing this share of the limits, a process looks at what there is to delete; also after its first write. */
const shareWritten = 1 / 16;
/** How exact the time of the last use is, in milliseconds: to write it with every use would take time. */
const useTick = 30_000;
const executable = 0o500;

export interface BuildStoreOptions {
  /** Default: a folder in the user's cache. */
  readonly folder?: string | undefined;
  /** The folder within it: `c`. */
  readonly area: string;
  readonly limits?: Partial<StoreLimits> | undefined;
}

/** A file in the store. */
export interface StoredFile {
  /** Absolute. */
  readonly path: string;
  /** What was passed to `writeFile`. */
  readonly about: unknown;
  /** The digest of its content: `sha256-…`. */
  readonly digest: string;
}

/** By path: the state and digest of files whose content was read by this process. */
const known = new Map<string, { readonly state: string; readonly digest: string }>();
const mostKnown = 4096;

/**
 * Keeps what was built from one run to the next, under a key that identifies what it was built from: sources, compiler and
 * options (see `keyOf`).
 *
 * What it returns has the digest that was computed when it was written; anything else, such as a file that was cut short or
 * changed, is as good as absent. A file appears whole or not at all, so processes may share a store, and may be killed at any
 * time. What was not used for the longest time is deleted when there is too much.
 *
 * Only its owner may write to the folder: every operation rejects with TENON_CACHE_UNSAFE otherwise. If the folder cannot be
 * made or written, nothing is kept.
 */
export class BuildStore {
  readonly folder: string;
  readonly #root: string;
  readonly #limits: StoreLimits;
  #ready: Promise<boolean> | undefined;
  #written = { bytes: Number.POSITIVE_INFINITY, entries: 0 };

  constructor({ folder, area, limits }: BuildStoreOptions) {
    this.#root = resolve(folder ?? userCache());
    this.folder = join(this.#root, area);
    this.#limits = { ...usualLimits, ...limits };
  }

  /**
   * Makes the folder, if it can be made.
   *
   * @returns whether it exists.
   * @throws TENON_CACHE_UNSAFE
   */
  open(): Promise<boolean> {
    this.#ready ??= this.#open();
    return this.#ready;
  }

  async #open(): Promise<boolean> {
    try {
      return (await makePrivateFolder(this.#root)) && (await makePrivateFolder(this.folder));
    } catch (thrown) {
      // The user may make it private while the program runs.
      this.#ready = undefined;
      throw thrown;
    }
  }

  /** Returns what was written for the key. @throws TENON_CACHE_UNSAFE */
  async read(key: string): Promise<Entry | undefined> {
    if (!(await this.open())) return undefined;
    const path = this.#path(key);
    try {
      const { content, stats } = await readRegularFile(path, largest);
      const entry = decodeEntry(key, content);
      if (entry !== undefined) await markUsed(path, Number(stats.mtimeMs));
      return entry;
    } catch {
      return undefined;
    }
  }

  /**
   * @param about what `read` returns beside the bytes, as JSON.
   * @returns the digest of the bytes, and why they were not written, if they were not.
   * @throws TENON_CACHE_UNSAFE
   */
  async write(
    key: string,
    about: unknown,
    bytes: Uint8Array,
  ): Promise<{ readonly digest: string; readonly failure?: Error }> {
    const { parts, digest } = encodeEntry(key, about, bytes);
    try {
      await this.#place(key, privateFile, async (file) => {
        for (const part of parts) await file.writeFile(part);
        return key;
      });
      await this.#count(bytes.length);
      return { digest };
    } catch (failure) {
      if (isUnsafe(failure)) throw failure;
      return { digest, failure: failure as Error };
    }
  }

  /** Returns the file that was written for the key. @throws TENON_CACHE_UNSAFE */
  async readFile(key: string): Promise<StoredFile | undefined> {
    const entry = await this.read(key);
    const digest = entry?.bytes.toString("latin1");
    if (entry === undefined || digest === undefined) return undefined;
    const path = this.#path(fileName(key, digest));
    try {
      return (await digestOfFile(path)) === digest ? { path, about: entry.about, digest } : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Stores a copy of a file, as one that may be executed and not be written.
   *
   * @param from the path of the file, or its content.
   * @returns the stored file; an error if it was not written.
   * @throws TENON_CACHE_UNSAFE
   */
  async writeFile(key: string, about: unknown, from: string | Uint8Array): Promise<StoredFile | Error> {
    try {
      let digest = "";
      const path = await this.#place(key, executable, async (file, draft) => {
        if (typeof from === "string") await copyFile(from, draft, constants.COPYFILE_FICLONE);
        else await file.writeFile(from);
        // The digest is that of the copy, which nobody else writes to.
        digest = await hashOf(draft);
        return fileName(key, digest);
      });
      const { failure } = await this.write(key, about, Buffer.from(digest, "latin1"));
      if (failure !== undefined) return failure;
      await this.#count((await stat(path)).size);
      return { path, about, digest };
    } catch (failure) {
      if (isUnsafe(failure)) throw failure;
      return failure as Error;
    }
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  /**
   * Writes a draft and renames it, so that a reader never sees half a file.
   *
   * @param write returns the name that it gets.
   * @returns its path
   */
  async #place(
    key: string,
    mode: number,
    write: (file: FileHandle, draft: string) => Promise<string>,
  ): Promise<string> {
    if (!(await this.open())) throw new Error(`the folder ${this.folder} cannot be made`);
    const draft = `${this.#path(key)}.${randomUUID()}${draftExtension}`;
    try {
      const file = await this.#create(draft);
      let name: string;
      try {
        name = await write(file, draft);
        if (mode !== privateFile) await file.chmod(mode);
      } finally {
        await file.close();
      }
      await rename(draft, this.#path(name));
      return this.#path(name);
    } catch (thrown) {
      await rm(draft, { force: true }).catch(() => {});
      throw thrown;
    }
  }

  async #create(path: string): Promise<FileHandle> {
    try {
      return await open(path, "wx", privateFile);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
      // Somebody has deleted the folder since.
      this.#ready = undefined;
      await this.open();
      return open(path, "wx", privateFile);
    }
  }

  /** Whether something is there for the key, and may be read: it counts as a use. @throws TENON_CACHE_UNSAFE */
  async has(key: string): Promise<boolean> {
    if (!(await this.open())) return false;
    const stats = await stat(this.#path(key)).catch(() => undefined);
    if (stats?.isFile() !== true) return false;
    await markUsed(this.#path(key), stats.mtimeMs);
    return true;
  }

  async #count(bytes: number): Promise<void> {
    this.#written.bytes += bytes;
    this.#written.entries++;
    const { bytes: most, entries } = this.#limits;
    if (this.#written.bytes < most * shareWritten && this.#written.entries < entries * shareWritten) return;
    this.#written = { bytes: 0, entries: 0 };
    await evict(this.folder, this.#limits);
  }
}

/** Returns the digest of a file, which is read unless this process has done so and it has not changed since. */
async function digestOfFile(path: string): Promise<string> {
  const state = stateOf(await stat(path, { bigint: true }));
  const found = known.get(path);
  if (found?.state === state) return found.digest;
  const digest = await hashOf(path);
  // What changed while it was read is read again.
  if (stateOf(await stat(path, { bigint: true })) !== state) return digest;
  known.delete(path);
  known.set(path, { state, digest });
  const [oldest] = known.keys();
  if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  return digest;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of readInParts(path, largest)) hash.update(part);
  return digestOfHash(hash.digest());
}

/** Named by its content as well: the path of a build never stands for the content of another one. */
function fileName(key: string, digest: string): string {
  return `${key}.${hexOfDigest(digest).slice(0, 16)}${fileExtension}`;
}

function stateOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(":");
}

async function markUsed(path: string, used: number): Promise<void> {
  const now = new Date();
  if (now.getTime() - used > useTick) await utimes(path, now, now).catch(() => {});
}

function isUnsafe(thrown: unknown): boolean {
  return (thrown as { code?: unknown }).code === "TENON_CACHE_UNSAFE";
}
