import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildUnwritable } from "../../errors/factories/module-build.js";
import { makePrivateFolder, privateFile, privateFolder } from "../../runtime/private-folder.js";
import { readRegularFile } from "../../runtime/regular-file.js";
import type { BuiltScript, Library, Script } from "../../runtime/script.js";
import { type FileStates, statesOf } from "./file-state.js";

const largest = 2 ** 28;

interface Stored {
  readonly format: string;
  /** Every file that the build depends on, with the hash of its content. */
  readonly contents: readonly (readonly [path: string, hash: string])[];
  readonly built: StoredScript;
  /** The hash of `built` as text: a truncated or modified file is not used. */
  readonly checksum: string;
}

/** A build as JSON can hold it. */
interface StoredScript extends Omit<BuiltScript, "script"> {
  readonly script: Omit<Script, "map" | "libraries">;
  /** In base64 if it is compressed. */
  readonly map: string;
  /** The hashes of the files that the libraries are in. */
  readonly libraries?: readonly string[];
}

/** A library is the same for many plugins, so it has a file of its own, which is read once. By the hash of its text. */
const libraries = new Map<string, Library>();
const mostLibraries = 64;
/** The hashes of libraries, and the files that this process wrote or read: they are not written again. */
const hashes = new WeakMap<Library, string>();
const present = new Set<string>();

/** Builds cached in a folder between runs, which only its owner may write to, by entry and content of all inputs. */
export class DiskCache {
  readonly #folder: string;
  readonly #format: string;

  /** @param format identifies the builder: builds in another format are not used. */
  constructor(folder: string, format: string) {
    this.#folder = folder;
    this.#format = format;
  }

  async get(
    entry: string,
    key: string,
  ): Promise<{ readonly built: BuiltScript; readonly states: FileStates } | undefined> {
    // A folder that cannot be made is reported when the build is written.
    await makePrivateFolder(this.#folder);
    try {
      const text = (await readRegularFile(this.#path(key), largest)).content.toString("utf8");
      const stored = JSON.parse(text) as Stored;
      if (stored.format !== this.#format || stored.checksum !== sha256(JSON.stringify(stored.built))) return undefined;
      if (stored.built.script.entry !== entry) return undefined;
      const states = await statesOf(stored.contents.map(([path]) => path));
      if (stored.contents.some(([path, hash]) => states.get(path)?.hash !== hash)) return undefined;
      const found =
        stored.built.libraries && (await Promise.all(stored.built.libraries.map((hash) => this.#library(hash))));
      return { built: restored(stored.built, found), states };
    } catch {
      // Missing or damaged: the plugin is built again, and the file is replaced.
      return undefined;
    }
  }

  /** Writes a temporary file and renames it, so that a reader never sees a partial file. @throws TENON_BUILD_WRITE */
  async set(entry: string, key: string, built: BuiltScript, states: FileStates): Promise<void> {
    const contents = [...states].map(([path, { hash }]) => [path, hash] as const);
    const plain = storable(built, built.script.libraries?.map(hashOf));
    const stored: Stored = { format: this.#format, contents, built: plain, checksum: sha256(JSON.stringify(plain)) };
    try {
      await mkdir(this.#folder, { recursive: true, mode: privateFolder });
      for (const library of built.script.libraries ?? []) {
        const path = this.#libraryPath(hashOf(library));
        if (present.has(path) && existsSync(path)) continue;
        await this.#write(path, textOf(library));
        present.add(path);
      }
      await this.#write(this.#path(key), JSON.stringify(stored));
    } catch (cause) {
      throw buildUnwritable(entry, this.#folder, cause as Error);
    }
  }

  async #write(path: string, text: string): Promise<void> {
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      const file = await open(temporary, "wx", privateFile);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {});
      throw cause;
    }
  }

  /** Reads a library that a build uses. @throws any error if its file is missing, or is not what it was */
  async #library(hash: string): Promise<Library> {
    const path = this.#libraryPath(hash);
    let library = libraries.get(hash);
    if (library === undefined) {
      present.delete(path);
      const text = (await readRegularFile(path, largest)).content.toString("utf8");
      if (sha256(text) !== hash) throw new Error("the file of a library was changed");
      const { map, ...rest } = JSON.parse(text) as Library & { map: string };
      library = { ...rest, map: decoded(map) };
      hashes.set(library, hash);
      present.add(path);
    }
    libraries.delete(hash);
    libraries.set(hash, library);
    const [oldest] = libraries.keys();
    if (libraries.size > mostLibraries && oldest !== undefined) libraries.delete(oldest);
    return library;
  }

  #libraryPath(hash: string): string {
    return join(this.#folder, `library-${hash.slice(0, 32)}.json`);
  }

  #path(key: string): string {
    return join(this.#folder, `${sha256(key).slice(0, 32)}.json`);
  }
}

function textOf(library: Library): string {
  return JSON.stringify({ ...library, map: encoded(library.map) });
}

function hashOf(library: Library): string {
  let hash = hashes.get(library);
  if (hash === undefined) hashes.set(library, (hash = sha256(textOf(library))));
  return hash;
}

function storable(
  { script: { map, libraries: _, ...script }, ...built }: BuiltScript,
  found: readonly string[] | undefined,
): StoredScript {
  return { ...built, script, map: encoded(map), ...(found === undefined ? {} : { libraries: found }) };
}

function restored(
  { script, map, libraries: _, ...built }: StoredScript,
  found: readonly Library[] | undefined,
): BuiltScript {
  return { ...built, script: { ...script, map: decoded(map), ...(found === undefined ? {} : { libraries: found }) } };
}

function encoded(map: Script["map"]): string {
  return typeof map === "string" ? map : Buffer.from(map).toString("base64");
}

/** A map that is not compressed is JSON, and in base64 there is no `{`. */
function decoded(text: string): Script["map"] {
  return text.startsWith("{") ? text : new Uint8Array(Buffer.from(text, "base64"));
}

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
