import { type BuildStore, digestOf, keyOf } from "../../build/index.js";
import { buildUnwritable } from "../../errors/factories/module-build.js";
import type { Library, Script } from "../../runtime/script.js";
import { type FileStates, statesOf } from "./files/file-state.js";
import type { BuiltScript } from "./script-build.js";

/** What is known of a stored script before it is used. */
interface Description {
  /** Every file that the build depends on, with the hash of its content. */
  readonly contents: readonly (readonly [path: string, hash: string])[];
  /** The digests of the libraries. */
  readonly libraries: readonly string[];
}

/** A build as JSON can hold it: maps are in base64 if they are compressed. */
interface StoredScript extends Omit<BuiltScript, "script"> {
  readonly script: Omit<Script, "map" | "libraries">;
  readonly map: string;
}

/** A library is the same for many plugins, so it is stored apart, and read once. By the digest of its text. */
const libraries = new Map<string, Library>();
const mostLibraries = 64;
/** The digests of libraries, and those that this process wrote or read: they are not written again. */
const digests = new WeakMap<Library, string>();
const present = new Set<string>();

/** Scripts in a store, by entry and content of all inputs. */
export class ScriptStore {
  readonly #store: BuildStore;
  readonly #folder: string;
  readonly #format: string;

  /**
   * @param folder the cache, for messages.
   * @param format identifies the builder: builds in another format are not found.
   */
  constructor(store: BuildStore, folder: string, format: string) {
    this.#store = store;
    this.#folder = folder;
    this.#format = format;
  }

  async get(key: string): Promise<{ readonly built: BuiltScript; readonly states: FileStates } | undefined> {
    const entry = await this.#store.read(keyOf(this.#format, key));
    if (entry === undefined) return undefined;
    const { contents, libraries: used } = entry.about as Description;
    const states = await statesOf(contents.map(([path]) => path));
    if (contents.some(([path, hash]) => states.get(path)?.hash !== hash)) return undefined;
    const found = await Promise.all(used.map((digest) => this.#library(digest)));
    const known = found.filter((library) => library !== undefined);
    if (known.length < found.length) return undefined;
    return { built: restored(JSON.parse(entry.bytes.toString("utf8")) as StoredScript, known), states };
  }

  /** @throws TENON_BUILD_WRITE */
  async set(entry: string, key: string, built: BuiltScript, states: FileStates): Promise<void> {
    const used = built.script.libraries ?? [];
    const about: Description = {
      contents: [...states].map(([path, { hash }]) => [path, hash] as const),
      libraries: used.map(digestOfLibrary),
    };
    for (const library of used) {
      const digest = digestOfLibrary(library);
      if (present.has(this.#path(digest)) && (await this.#store.has(libraryKey(digest)))) continue;
      await this.#write(entry, libraryKey(digest), null, textOf(library));
      present.add(this.#path(digest));
    }
    await this.#write(entry, keyOf(this.#format, key), about, JSON.stringify(storable(built)));
  }

  async #write(entry: string, key: string, about: unknown, text: string): Promise<void> {
    const { failure } = await this.#store.write(key, about, Buffer.from(text));
    if (failure !== undefined) throw buildUnwritable(entry, this.#folder, failure);
  }

  /** Reads a library that a build uses; `undefined` if it is missing, or is not what it was. */
  async #library(digest: string): Promise<Library | undefined> {
    let library = libraries.get(digest);
    if (library === undefined) {
      present.delete(this.#path(digest));
      const stored = await this.#store.read(libraryKey(digest));
      if (stored?.digest !== digest) return undefined;
      const { map, ...rest } = JSON.parse(stored.bytes.toString("utf8")) as Library & { map: string };
      library = { ...rest, map: decoded(map) };
      digests.set(library, digest);
      present.add(this.#path(digest));
    }
    libraries.delete(digest);
    libraries.set(digest, library);
    const [oldest] = libraries.keys();
    if (libraries.size > mostLibraries && oldest !== undefined) libraries.delete(oldest);
    return library;
  }

  #path(digest: string): string {
    return `${this.#store.folder}/${digest}`;
  }
}

function libraryKey(digest: string): string {
  return keyOf("library", digest);
}

function textOf(library: Library): string {
  return JSON.stringify({ ...library, map: encoded(library.map) });
}

function digestOfLibrary(library: Library): string {
  let digest = digests.get(library);
  if (digest === undefined) digests.set(library, (digest = digestOf(textOf(library))));
  return digest;
}

function storable({ script: { map, libraries: _, ...script }, ...built }: BuiltScript): StoredScript {
  return { ...built, script, map: encoded(map) };
}

function restored({ script, map, ...built }: StoredScript, found: readonly Library[]): BuiltScript {
  return {
    ...built,
    script: { ...script, map: decoded(map), ...(found.length === 0 ? {} : { libraries: found }) },
  };
}

function encoded(map: Script["map"]): string {
  return typeof map === "string" ? map : Buffer.from(map).toString("base64");
}

/** A map that is not compressed is JSON, and in base64 there is no `{`. */
function decoded(text: string): Script["map"] {
  return text.startsWith("{") ? text : new Uint8Array(Buffer.from(text, "base64"));
}
