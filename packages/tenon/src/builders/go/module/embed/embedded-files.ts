import { createHash } from "node:crypto";
import { createReadStream, type Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Complaint } from "../messages.js";
import type { EmbedPattern } from "./directives.js";
import { isEmbeddable } from "./embeddable-name.js";
import { compilePattern, type PatternPart } from "./pattern.js";

/** The files that a package carries in it. */
export interface EmbeddedFiles {
  /** By pattern, the names of its files: relative to the package's folder, with slashes, sorted. */
  readonly patterns: ReadonlyMap<string, readonly string[]>;
  /** By name, the file and what tells its content. */
  readonly files: ReadonlyMap<string, { readonly path: string; readonly digest: string }>;
  /** The folders in which a further file would be embedded, too. */
  readonly folders: readonly string[];
  /** What is wrong with the patterns; there are no files then. */
  readonly complaints: readonly Complaint[];
}

/**
 * Finds the files that patterns of `//go:embed` name.
 *
 * Source: package embed, and resolveEmbed in cmd/go: nothing but regular files below the package's folder, none in another
 * module, none through a symbolic link; in folders, names that begin with `.` or `_` only after `all:`.
 */
export async function findEmbeddedFiles(folder: string, patterns: readonly EmbedPattern[]): Promise<EmbeddedFiles> {
  const search = new Search(folder);
  const found = new Map<string, readonly string[]>();
  const files = new Map<string, { path: string; digest: string }>();
  const complaints: Complaint[] = [];
  for (const { path, line, column, text } of patterns) {
    if (found.has(text)) continue;
    try {
      const names = await search.resolve(text);
      found.set(text, names);
      for (const name of names) if (!files.has(name)) files.set(name, await contentOfFile(join(folder, name)));
    } catch (thrown) {
      const isFileError = thrown instanceof Error && "syscall" in thrown;
      if (!(thrown instanceof Refusal || isFileError)) throw thrown;
      complaints.push({ path, line, column, text: `pattern ${text}: ${thrown.message}` });
    }
  }
  return { patterns: found, files, folders: [...search.folders], complaints };
}

/** Why a pattern is refused, in the words of the go command. Errors of the file system are told in their own. */
class Refusal extends Error {}

class Search {
  readonly #folder: string;
  readonly folders = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async resolve(pattern: string): Promise<readonly string[]> {
    const hasAll = pattern.startsWith("all:");
    const parts = compilePattern(hasAll ? pattern.slice(4) : pattern);
    if (parts === undefined) throw new Refusal("invalid pattern syntax");
    const found = new Set<string>();
    for (const name of await this.#match("", parts)) {
      const info = await lstat(join(this.#folder, name));
      await this.#expectOwn(name, info.isDirectory() ? "directory" : "file");
      if (info.isFile()) found.add(name);
      else if (!info.isDirectory()) throw new Refusal(`cannot embed irregular file ${name}`);
      else {
        const inside = await this.#inside(name, hasAll);
        if (inside.length === 0) throw new Refusal(`cannot embed directory ${name}: contains no embeddable files`);
        for (const each of inside) found.add(each);
      }
    }
    if (found.size === 0) throw new Refusal("no matching files found");
    return [...found].sort();
  }

  async #match(folder: string, [first, ...rest]: readonly PatternPart[]): Promise<readonly string[]> {
    if (first === undefined) return [folder];
    const entries = await this.#entries(folder, first.isName);
    const matched = entries.filter(({ name }) => first.expression.test(name)).map(({ name }) => joined(folder, name));
    return (await Promise.all(matched.map((each) => this.#match(each, rest)))).flat();
  }

  /** Refuses what is, or stands in, another module, a folder behind a link, or a name that no module may have. */
  async #expectOwn(name: string, what: string): Promise<void> {
    for (let at = name; at !== "."; at = dirname(at)) {
      const path = join(this.#folder, at);
      if (await exists(join(path, "go.mod"))) throw new Refusal(`cannot embed ${what} ${name}: in different module`);
      if (at !== name && !(await lstat(path)).isDirectory())
        throw new Refusal(`cannot embed ${what} ${name}: in non-directory ${at}`);
      const last = at.slice(at.lastIndexOf("/") + 1);
      if (!isEmbeddable(last))
        throw new Refusal(
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
        throw new Refusal(`cannot embed file ${name}: invalid name ${entry.name}`);
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

/** A file and what tells its content. Files may be large: they are read in pieces. */
export async function contentOfFile(path: string): Promise<{ path: string; digest: string }> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(path)) hash.update(part as Uint8Array);
  return { path, digest: hash.digest("hex") };
}
