import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** How many built plugins are kept for each language; older ones are deleted. */
const mostModules = 64;

/** A folder that keeps build results from one run to the next, each under a name derived from its content. */
export class ModuleStore {
  readonly folder: string;

  /**
   * @param folder `undefined` for a folder in the user's cache.
   * @param language the folder within it.
   */
  constructor(folder: string | undefined, language: string) {
    this.folder = join(folder ?? userCache(), language);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async has(name: string): Promise<boolean> {
    return (await stat(this.path(name)).catch(() => undefined))?.isFile() === true;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const path = this.path(name);
    const bytes = await readFile(path).catch(() => undefined);
    // The time of the last use decides what is deleted first.
    if (bytes !== undefined) await utimes(path, new Date(), new Date()).catch(() => {});
    return bytes;
  }

  /** Writes a draft and renames it, so that a reader never sees half a file. Does nothing if the folder is not writable. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    const path = this.path(name);
    const draft = `${path}.${randomUUID()}.tmp`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(draft, content);
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
