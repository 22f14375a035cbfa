import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { readLoaderCache } from "../../binary/elf/loader-cache.js";
import { type ElfNeeds, readElfNeeds } from "./elf-needs.js";
import type { VisibleFiles } from "./visible-files.js";

const loaderCache = "/etc/ld.so.cache";
/** Debian's names of folders for libraries of a machine, by its number. */
const triplets: Readonly<Record<number, string>> = { 62: "x86_64-linux-gnu", 183: "aarch64-linux-gnu" };
/** What one program may need, so that a damaged file ends somewhere. */
const mostLibraries = 2000;

/**
 * Finds the libraries of programs as the system's loader does, without running anything: run paths, the loader's cache, the
 * system's folders. Source: ld.so(8).
 */
export class Libraries {
  readonly #files: VisibleFiles;
  readonly #seen = new Set<string>();
  #index: LibraryIndex | undefined;

  constructor(files: VisibleFiles) {
    this.#files = files;
  }

  /** Makes visible what an ELF file needs, with what that needs. Returns whether it is one. @param path a real path */
  addNeeds(path: string): boolean {
    const needs = readElfNeeds(path);
    if (needs === undefined) return false;
    this.#add(path, needs, []);
    return true;
  }

  /** Makes a library visible, if there is one of this name for the machine. */
  addNamed(name: string, machine: number): void {
    this.#addLibrary(name, machine, []);
  }

  #add(path: string, { machine, interpreter, needed, runPath }: ElfNeeds, outer: readonly string[]): void {
    if (this.#seen.has(path) || this.#seen.size >= mostLibraries) return;
    this.#seen.add(path);
    if (interpreter?.startsWith("/")) {
      const loader = this.#files.add(interpreter);
      if (loader !== undefined) this.addNeeds(loader);
    }
    const origin = dirname(path);
    const own = runPath.map((folder) => folder.replace(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => origin));
    // An old run path (DT_RPATH) also applies to the libraries of libraries.
    const folders = [...own, ...outer].filter((folder) => folder.startsWith("/"));
    for (const name of needed) this.#addLibrary(name, machine, folders);
  }

  #addLibrary(name: string, machine: number, folders: readonly string[]): void {
    for (const candidate of this.#candidates(name, machine, folders)) {
      if (!existsSync(candidate)) continue;
      const needs = readElfNeeds(candidate);
      // The loader skips files for other machines.
      if (needs === undefined || needs.machine !== machine) continue;
      const real = this.#files.add(candidate);
      if (real !== undefined) this.#add(real, needs, folders);
      return;
    }
  }

  *#candidates(name: string, machine: number, folders: readonly string[]): Generator<string> {
    if (name.includes("/")) {
      if (name.startsWith("/")) yield name;
      return;
    }
    for (const folder of folders) yield `${folder}/${name}`;
    for (const { path } of this.#cached(name)) yield path;
    const triplet = triplets[machine];
    const multiarch = triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`];
    for (const folder of [...multiarch, "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"])
      yield `${folder}/${name}`;
  }

  #cached(name: string): readonly { readonly path: string }[] {
    this.#index ??= readIndex();
    return this.#index.get(name) ?? [];
  }
}

type LibraryIndex = ReturnType<typeof readLoaderCache>;

let known: { readonly version: string; readonly index: LibraryIndex } | undefined;

/** The loader's index, read again once it has changed: it lists thousands of libraries. */
function readIndex(): LibraryIndex {
  try {
    const { mtimeNs, ino, size } = statSync(loaderCache, { bigint: true });
    const version = `${mtimeNs} ${ino} ${size}`;
    if (known?.version !== version) known = { version, index: readLoaderCache(readFileSync(loaderCache)) };
    return known.index;
  } catch {
    return new Map();
  }
}
