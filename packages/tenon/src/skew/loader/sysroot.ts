import { lstatSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { readLoaderCache } from "../../binary/elf/loader-cache.js";

const mostLinks = 40;
const largestLibrary = 1 << 30;

/**
 * The files of another system, in one folder. Paths are those of that system, and links resolve inside the folder, as they
 * would there.
 */
export class Sysroot {
  readonly root: string;
  #cache: ReadonlyMap<string, readonly { path: string; flags: number }[]> | undefined;

  constructor(root: string) {
    this.root = root;
  }

  /** Returns the location of a path of that system on this one, with links followed; `undefined` if it does not exist. */
  resolve(path: string): string | undefined {
    let links = 0;
    let current = "/";
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    while (parts.length > 0) {
      const part = parts.shift() as string;
      if (part === "..") {
        current = posix.dirname(current);
        continue;
      }
      const next = posix.join(current, part);
      const stats = lstatSync(this.#here(next), { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      if (!stats.isSymbolicLink()) {
        current = next;
        continue;
      }
      if (++links > mostLinks) return undefined;
      const target = readlinkSync(this.#here(next));
      parts.unshift(...target.split("/").filter((each) => each !== "" && each !== "."));
      if (target.startsWith("/")) current = "/";
    }
    return this.#here(current);
  }

  /** Reads a regular file of that system; `undefined` if there is none. */
  read(path: string): Uint8Array | undefined {
    const here = this.resolve(path);
    if (here === undefined) return undefined;
    try {
      const stats = statSync(here);
      return stats.isFile() && stats.size <= largestLibrary ? readFileSync(here) : undefined;
    } catch {
      return undefined;
    }
  }

  exists(path: string): boolean {
    return this.resolve(path) !== undefined;
  }

  /** Returns the paths in the loader's cache for a library's name, best first. */
  cached(name: string): readonly { path: string; flags: number }[] {
    if (this.#cache === undefined) {
      const bytes = this.read("/etc/ld.so.cache");
      this.#cache = bytes === undefined ? new Map() : readLoaderCache(bytes);
    }
    return this.#cache.get(name) ?? [];
  }

  #here(path: string): string {
    return this.root === sep ? path : join(this.root, path);
  }
}

/** Returns the folder of a path of the other system. */
export function folderOf(path: string): string {
  return dirname(path);
}
