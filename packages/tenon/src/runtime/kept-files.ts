import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { keptFilesUnwritable } from "../errors/factories/source.js";
import { isTenonError } from "../errors/index.js";
import { makePrivateFolder, privateFolder } from "./private-folder.js";
import { readInParts, readRegularFile } from "./regular-file.js";

/** Files that belong together, to be kept. */
export interface FilesToKeep {
  /** Paths with `/` between names, those before the paths in them. */
  readonly folders: readonly string[];
  readonly files: readonly FileToKeep[];
}

export interface FileToKeep {
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** What was written: every file with its hash, so that nothing else is ever used. */
interface Index {
  readonly folders: readonly string[];
  readonly files: readonly (readonly [path: string, hash: string])[];
}

const readable = 0o400;
const executable = 0o500;
const largest = 2 ** 30;
const largestIndex = 2 ** 26;
/** How many entries are kept for longer than a day. */
const mostEntries = 64;
const day = 24 * 60 * 60 * 1000;
const hour = 60 * 60 * 1000;

/**
 * A folder that keeps files from one run to the next: each entry is a folder, under a name that follows from what it was made
 * from. An entry appears complete or not at all, whatever other processes do, and is used only while every file is what was
 * written and no other is there. Only its owner may write to the folder.
 */
export class KeptFiles {
  readonly #root: string;
  readonly #folder: string;

  /** @param root the cache folder. @param name the folder within it. */
  constructor(root: string, name: string) {
    this.#root = root;
    this.#folder = join(root, name);
  }

  /**
   * Returns the path of an entry's files; `undefined` if there is none, or it is not what was written.
   *
   * @throws TENON_CACHE_UNSAFE
   */
  async find(name: string): Promise<string | undefined> {
    if (!(await this.#ready())) return undefined;
    const entry = join(this.#folder, name);
    const files = join(entry, "files");
    try {
      const index = JSON.parse(
        (await readRegularFile(join(entry, "index.json"), largestIndex)).content.toString("utf8"),
      );
      if (!(await isAsWritten(files, index as Index))) return undefined;
      await utimes(entry, new Date(), new Date()).catch(() => {});
      return files;
    } catch {
      return undefined;
    }
  }

  /**
   * Writes an entry, unless another process has just done so. Leaves nothing behind if that fails.
   *
   * @returns the path of its files.
   * @throws TENON_CACHE_UNSAFE, TENON_BUILD_WRITE
   */
  async keep(name: string, content: FilesToKeep): Promise<string> {
    if (!(await this.#ready())) throw keptFilesUnwritable(this.#folder, new Error("the folder cannot be made"));
    const draft = join(this.#folder, `${name}.${randomUUID()}.tmp`);
    try {
      await this.#tidy();
      await write(draft, content);
      return await this.#publish(name, draft);
    } catch (cause) {
      throw isTenonError(cause) ? cause : keptFilesUnwritable(this.#folder, cause);
    } finally {
      await rm(draft, { recursive: true, force: true }).catch(() => {});
    }
  }

  /** Gives a draft its name. The second process to come finds what the first wrote. */
  async #publish(name: string, draft: string): Promise<string> {
    const entry = join(this.#folder, name);
    for (let attempt = 1; ; attempt++) {
      try {
        await rename(draft, entry);
        return join(entry, "files");
      } catch (cause) {
        const { code } = cause as NodeJS.ErrnoException;
        if (attempt === 5 || !["ENOTEMPTY", "EEXIST", "EPERM", "EACCES"].includes(code ?? "")) throw cause;
        const found = await this.find(name);
        if (found !== undefined) return found;
        // It is damaged. Two processes may both want to replace it: then one finds nothing to move.
        const old = `${draft}.old.tmp`;
        await rename(entry, old).catch(() => {});
        await rm(old, { recursive: true, force: true }).catch(() => {});
      }
    }
  }

  async #ready(): Promise<boolean> {
    return (await makePrivateFolder(this.#root)) && (await makePrivateFolder(this.#folder));
  }

  /** Removes what killed processes left, and what was not used for the longest time. */
  async #tidy(): Promise<void> {
    const names = await readdir(this.#folder);
    const entries = await Promise.all(
      names.map(async (name) => {
        const path = join(this.#folder, name);
        return { path, name, time: (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now() };
      }),
    );
    const drafts = entries.filter(({ name, time }) => name.endsWith(".tmp") && time < Date.now() - hour);
    const others = entries.filter(({ name }) => !name.endsWith(".tmp")).sort((one, other) => other.time - one.time);
    const unused = others.slice(mostEntries).filter(({ time }) => time < Date.now() - day);
    for (const { path } of [...drafts, ...unused]) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

async function write(draft: string, { folders, files }: FilesToKeep): Promise<void> {
  const root = join(draft, "files");
  await mkdir(root, { recursive: true, mode: privateFolder });
  const made = new Set<string>();
  for (const folder of folders) {
    await mkdir(join(root, folder), { recursive: true, mode: privateFolder });
    for (let at = folder; at !== "."; at = dirname(at)) made.add(at);
  }
  const index: [string, string][] = [];
  for (const { path, content, executable: mayRun } of files) {
    const full = join(root, path);
    await mkdir(dirname(full), { recursive: true, mode: privateFolder });
    for (let at = dirname(path); at !== "."; at = dirname(at)) made.add(at);
    await writeNew(full, content, mayRun ? executable : readable);
    index.push([path, createHash("sha256").update(content).digest("hex")]);
  }
  const written: Index = { folders: [...made], files: index };
  await writeNew(join(draft, "index.json"), JSON.stringify(written), readable);
}

async function writeNew(path: string, content: Uint8Array | string, mode: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(content);
  } finally {
    await file.close();
  }
}

async function isAsWritten(root: string, { folders, files }: Index): Promise<boolean> {
  const expected = new Set([...folders, ...files.map(([path]) => path)]);
  const present = await readdir(root, { recursive: true, withFileTypes: true });
  if (present.length !== expected.size) return false;
  for (const entry of present) {
    const path = join(entry.parentPath, entry.name)
      .slice(root.length + 1)
      .split(sep)
      .join("/");
    if (!expected.has(path) || !(entry.isFile() || entry.isDirectory())) return false;
  }
  for (const [path, hash] of files) {
    const found = createHash("sha256");
    for await (const part of readInParts(join(root, path), largest)) found.update(part);
    if (found.digest("hex") !== hash) return false;
  }
  return true;
}
