import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { makePrivateFolder, privateFile, privateFolder } from "./private-folder.js";
import { readRegularFile } from "./regular-file.js";

/** How many built plugins are kept for each language; older ones are deleted. */
const mostModules = 64;

/** How many bytes a kept file may have. */
const largest = 2 ** 30;
const hashBytes = 32;

/**
 * A folder that keeps build results from one run to the next, each under a name derived from its content. Only its owner may
 * write to it: every operation rejects with TENON_CACHE_UNSAFE otherwise.
 */
export class ModuleStore {
  readonly folder: string;
  readonly #root: string;
  #ready: Promise<boolean> | undefined;

  /**
   * @param folder `undefined` for a folder in the user's cache.
   * @param language the folder within it.
   */
  constructor(folder: string | undefined, language: string) {
    this.#root = folder ?? userCache();
    this.folder = join(this.#root, language);
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

  path(name: string): string {
    return join(this.folder, name);
  }

  async has(name: string): Promise<boolean> {
    return (await this.open()) && (await stat(this.path(name)).catch(() => undefined))?.isFile() === true;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    if (!(await this.open())) return undefined;
    const path = this.path(name);
    const bytes = (await readRegularFile(path, largest).catch(() => undefined))?.content;
    // The time of the last use decides what is deleted first.
    if (bytes !== undefined) await utimes(path, new Date(), new Date()).catch(() => {});
    return bytes;
  }

  /** Returns what `writeChecked` wrote, unless it was cut short or changed: what is executed is what was hashed. */
  async readChecked(name: string): Promise<Uint8Array | undefined> {
    const bytes = await this.read(name);
    if (bytes === undefined || bytes.length < hashBytes) return undefined;
    const content = bytes.subarray(0, -hashBytes);
    return hashOf(content).equals(bytes.subarray(-hashBytes)) ? content : undefined;
  }

  /** Writes content with its hash after it. */
  writeChecked(name: string, content: Uint8Array): Promise<void> {
    return this.write(name, Buffer.concat([content, hashOf(content)]));
  }

  /** Writes a draft and renames it, so that a reader never sees half a file. Does nothing if the folder is not writable. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    if (!(await this.open())) return;
    const path = this.path(name);
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: privateFolder });
      await writeFile(draft, content, { mode: privateFile, flag: "wx" });
      await rename(draft, path);
    } catch {
      await rm(draft, { force: true }).catch(() => {});
    }
  }

  /** Removes the files with this extension (`.wasm`) that were not used for the longest time. */
  async prune(extension: string): Promise<void> {
    const names = (await readdir(this.folder).catch((): string[] => [])).filter((name) => name.endsWith(extension));
    if (names.length <= mostModules) return;
    const used = await Promise.all(
      names.map(async (name) => ({ name, time: (await stat(this.path(name)).catch(() => undefined))?.mtimeMs ?? 0 })),
    );
    used.sort((one, other) => other.time - one.time);
    for (const { name } of used.slice(mostModules)) await rm(this.path(name), { force: true }).catch(() => {});
  }
}

function hashOf(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

/** Returns the SHA-256 of strings or bytes, each preceded by its length, as 40 hexadecimal digits. */
export function digest(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex").slice(0, 40);
}

function userCache(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32" && LOCALAPPDATA) return join(LOCALAPPDATA, "tenon");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "tenon");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "tenon");
}
