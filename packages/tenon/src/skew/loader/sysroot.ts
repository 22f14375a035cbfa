import { lstatSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { dirname, join, posix, sep } from "node:path";
import { readLoaderCache } from "./loader-cache.js";

const mostLinks = 40;
const largestLibrary = 1 << 30;

/**
 * Another system's files, below one folder. Paths are those of that system; links lead to places inside the folder, as
 * they would there.
 */
export class Sysroot {
  readonly root: string;
  #cache: ReadonlyMap<string, readonly { path: string; flags: number }[]> | undefined;

  constructor(root: string) {
    this.root = root;
  }

  /** Where a path of that system is on this one, with links followed; `undefined` if it does not exist. */
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

  /** The bytes of a regular file of that system, or `undefined`. */
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

  /** Paths that the loader's cache has under a library's name, best first. */
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

/** The folder of a path of the other system. */
export function folderOf(path: string): string {
  return dirname(path);
}
