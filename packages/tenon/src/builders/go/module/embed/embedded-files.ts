import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { lstat, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FileRefused, readInParts } from "../../../../runtime/regular-file.js";
import type { Problem } from "../errors/source-error.js";
import type { EmbedPattern } from "./directives.js";
import { isEmbeddable } from "./embeddable-name.js";
import { compilePattern, type PatternPart } from "./pattern.js";

/** No WebAssembly module could hold more. */
const largestFile = 2 ** 32;

/** The files that a package embeds. */
export interface EmbeddedFiles {
  /** File names by pattern: relative to the package's folder, with slashes, sorted. */
  readonly patterns: ReadonlyMap<string, readonly string[]>;
  /** By name: the file, and the hash of its content. */
  readonly files: ReadonlyMap<string, { readonly path: string; readonly digest: string }>;
  /** The folders in which a new file would be embedded, too. */
  readonly folders: readonly string[];
  /** What is wrong with the patterns. If there is anything, there are no files. */
  readonly problems: readonly Problem[];
}

/**
 * Finds the files that patterns of `//go:embed` name.
 *
 * Source: package embed, and resolveEmbed in cmd/go: only regular files below the package's folder, none in another
 * module, none behind a symbolic link. In folders, names that begin with `.` or `_` only with `all:`.
 */
export async function findEmbeddedFiles(folder: string, patterns: readonly EmbedPattern[]): Promise<EmbeddedFiles> {
  const search = new Search(folder);
  const found = new Map<string, readonly string[]>();
  const files = new Map<string, { path: string; digest: string }>();
  const problems: Problem[] = [];
  for (const { path, line, column, text } of patterns) {
    if (found.has(text)) continue;
    try {
      const names = await search.resolve(text);
      found.set(text, names);
      for (const name of names) if (!files.has(name)) files.set(name, await contentOfFile(join(folder, name)));
    } catch (thrown) {
      const isFileError = thrown instanceof FileRefused || (thrown instanceof Error && "syscall" in thrown);
      if (!(thrown instanceof PatternError || isFileError)) throw thrown;
      problems.push({ path, line, column, text: `pattern ${text}: ${thrown.message}` });
    }
  }
  return { patterns: found, files, folders: [...search.folders], problems };
}

/** Why a pattern is rejected, in the words of the go command. */
class PatternError extends Error {}

class Search {
  readonly #folder: string;
  readonly folders = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async resolve(pattern: string): Promise<readonly string[]> {
    const hasAll = pattern.startsWith("all:");
    const parts = compilePattern(hasAll ? pattern.slice(4) : pattern);
    if (parts === undefined) throw new PatternError("invalid pattern syntax");
    const found = new Set<string>();
    for (const name of await this.#match("", parts)) {
      const info = await lstat(join(this.#folder, name));
      await this.#expectOwn(name, info.isDirectory() ? "directory" : "file");
      if (info.isFile()) found.add(name);
      else if (!info.isDirectory()) throw new PatternError(`cannot embed irregular file ${name}`);
      else {
        const inside = await this.#inside(name, hasAll);
        if (inside.length === 0) throw new PatternError(`cannot embed directory ${name}: contains no embeddable files`);
        for (const each of inside) found.add(each);
      }
    }
    if (found.size === 0) throw new PatternError("no matching files found");
    return [...found].sort();
  }

  async #match(folder: string, [first, ...rest]: readonly PatternPart[]): Promise<readonly string[]> {
    if (first === undefined) return [folder];
    const entries = await this.#entries(folder, first.isName);
    const matched = entries.filter(({ name }) => first.expression.test(name)).map(({ name }) => joined(folder, name));
    return (await Promise.all(matched.map((each) => this.#match(each, rest)))).flat();
  }

  /** Rejects files in another module, behind a link, or with a name that a module may not have. */
  async #expectOwn(name: string, what: string): Promise<void> {
    for (let at = name; at !== "."; at = dirname(at)) {
      const path = join(this.#folder, at);
      if (await exists(join(path, "go.mod")))
        throw new PatternError(`cannot embed ${what} ${name}: in different module`);
      if (at !== name && !(await lstat(path)).isDirectory())
        throw new PatternError(`cannot embed ${what} ${name}: in non-directory ${at}`);
      const last = at.slice(at.lastIndexOf("/") + 1);
      if (!isEmbeddable(last))
        throw new PatternError(
          at === name
            ? `cannot embed ${what} ${name}: invalid name ${last}`
            : `cannot embed ${what} ${name}: in invalid directory ${last}`,
        );
    }
  }

  async #inside(folder: string, hasAll: boolean): Promise<readonly string[]> {
    const found: string[] = [];
    for (const entry of await this.#entries(folder)) {
      const name = joined(folder, entry.name);
      const isHidden = /^[._]/.test(entry.name);
      if (isHidden && !hasAll) continue;
      if (!isEmbeddable(entry.name)) {
        if (entry.isDirectory() || isHidden) continue;
        throw new PatternError(`cannot embed file ${name}: invalid name ${entry.name}`);
      }
      if (entry.isFile()) found.push(name);
      else if (entry.isDirectory() && !(await exists(join(this.#folder, name, "go.mod"))))
        found.push(...(await this.#inside(name, hasAll)));
    }
    return found;
  }

  async #entries(folder: string, isClosed = false): Promise<readonly Dirent[]> {
    const path = join(this.#folder, folder);
    const entries = await readdir(path, { withFileTypes: true }).catch((): Dirent[] => []);
    if (!isClosed && entries.length > 0) this.folders.add(path);
    return entries;
  }
}

function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Returns a file and the hash of its content. Reads in chunks, since files may be large. */
export async function contentOfFile(path: string): Promise<{ path: string; digest: string }> {
  const hash = createHash("sha256");
  for await (const part of readInParts(path, largestFile)) hash.update(part);
  return { path, digest: hash.digest("hex") };
}

/** Copies a file as `contentOfFile` reads it. */
export async function copyEmbedded(path: string, copy: string): Promise<void> {
  await writeFile(copy, readInParts(path, largestFile));
}
