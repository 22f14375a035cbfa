import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { scriptCacheUnwritable } from "../../errors/factories/script-build.js";
import { makePrivateFolder, privateFile, privateFolder } from "../../runtime/private-folder.js";
import { readRegularFile } from "../../runtime/regular-file.js";
import type { BuiltScript, Library, Script } from "../../runtime/script.js";
import { type FileStates, readState } from "./file-state.js";

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
  /** In base64 if it is compressed, as are those of the libraries. */
  readonly map: string;
  readonly libraries?: readonly (Omit<Library, "map"> & { readonly map: string })[];
}

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
      const states = new Map(
        await Promise.all(stored.contents.map(async ([path]) => [path, await readState(path)] as const)),
      );
      if (stored.contents.some(([path, hash]) => states.get(path)?.hash !== hash)) return undefined;
      return { built: restored(stored.built), states };
    } catch {
      // Missing or damaged: the plugin is built again, and the file is replaced.
      return undefined;
    }
  }

  /** Writes a temporary file and renames it, so that a reader never sees a partial file. @throws TENON_BUILD_WRITE */
  async set(entry: string, key: string, built: BuiltScript, states: FileStates): Promise<void> {
    const contents = [...states].map(([path, { hash }]) => [path, hash] as const);
    const path = this.#path(key);
    const temporary = `${path}.${randomUUID()}.tmp`;
    const plain = storable(built);
    const stored: Stored = { format: this.#format, contents, built: plain, checksum: sha256(JSON.stringify(plain)) };
    try {
      await mkdir(this.#folder, { recursive: true, mode: privateFolder });
      const file = await open(temporary, "wx", privateFile);
      try {
        await file.writeFile(JSON.stringify(stored));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {});
      throw scriptCacheUnwritable(entry, this.#folder, cause as Error);
    }
  }

  #path(key: string): string {
    return join(this.#folder, `${sha256(key).slice(0, 32)}.json`);
  }
}

function storable({ script: { map, libraries, ...script }, ...built }: BuiltScript): StoredScript {
  const texts = libraries?.map((each) => ({ ...each, map: encoded(each.map) }));
  return { ...built, script, map: encoded(map), ...(texts === undefined ? {} : { libraries: texts }) };
}

function restored({ script, map, libraries: texts, ...built }: StoredScript): BuiltScript {
  const libraries = texts?.map((each) => ({ ...each, map: decoded(each.map) }));
  return { ...built, script: { ...script, map: decoded(map), ...(libraries === undefined ? {} : { libraries }) } };
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
