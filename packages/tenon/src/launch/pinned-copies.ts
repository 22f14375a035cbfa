import { realpathSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { integrityMismatch, integrityUnpinned, startsUnpinned } from "../errors/factories/source.js";
import { digestOf, digestOfParts, hexOfDigest } from "../runtime/digest.js";
import type { LaunchOptions, PinnedFile } from "../runtime/index.js";
import { type FileToKeep, KeptFiles } from "../runtime/kept-files.js";
import { copyName, filesOfFolder, nameInArgument, pinLimits } from "../runtime/pin-program.js";
import { readRegularFile } from "../runtime/regular-file.js";
import { userCache } from "../runtime/user-cache.js";

/**
 * Private copies of the files that a program consists of, under names that follow from their digests. The bytes of a copy are
 * those that were compared, whatever happens to the original: nobody else can write to it, and it is compared again before
 * each start.
 */
export class PinnedCopies {
  readonly #files: readonly PinnedFile[];
  readonly #subject: string;
  /** The folder of the copies. */
  readonly folder: string;

  private constructor(files: readonly PinnedFile[], subject: string, folder: string) {
    this.#files = files;
    this.#subject = subject;
    this.folder = folder;
  }

  /**
   * Makes the copies, unless there are some from an earlier start.
   *
   * @param subject the plugin, for messages. @param cacheFolder default: one in the user's cache.
   * @throws TENON_INTEGRITY_MISMATCH if a file has changed since it was pinned; TENON_CACHE_UNSAFE, TENON_BUILD_WRITE
   */
  static async of(
    files: readonly PinnedFile[],
    subject: string,
    cacheFolder: string | undefined,
  ): Promise<PinnedCopies> {
    const kept = new KeptFiles(cacheFolder ?? userCache(), "programs");
    const key = hexOfDigest(digestOfParts(files.flatMap((file) => [copyName(file), file.digest])));
    let folder = await kept.find(key);
    if (folder === undefined) {
      const copies: FileToKeep[] = [];
      for (const [index, file] of files.entries())
        copies.push(...(await contentOf(file, `${index}/${copyName(file)}`, subject)));
      folder = await kept.keep(key, { folders: files.map((_, index) => String(index)), files: copies });
    }
    return new PinnedCopies(files, subject, folder);
  }

  /** Returns the same start with the copies in place of the files. @throws TENON_INTEGRITY_UNPINNED if it starts anything else */
  replacedIn(options: LaunchOptions): LaunchOptions {
    const { folder } = options;
    const command = this.#copyOf(resolve(folder, options.command));
    if (command === undefined) throw integrityUnpinned(this.#subject, startsUnpinned(options.command));
    const words = options.arguments.map((word) => {
      const name = nameInArgument(word);
      const copy = name === "" ? undefined : this.#copyOf(resolve(folder, name));
      return copy === undefined ? word : word.slice(0, word.length - name.length) + copy;
    });
    return { ...options, command, arguments: words, folder: this.#copyOf(folder) ?? folder };
  }

  #copyOf(path: string): string | undefined {
    for (const [index, file] of this.#files.entries()) {
      const copy = join(this.folder, String(index), copyName(file));
      if (path === file.path || isSameFile(path, file.path)) return copy;
      if (path.startsWith(file.path + sep)) return copy + path.slice(file.path.length);
    }
    return undefined;
  }
}

function isSameFile(one: string, other: string): boolean {
  try {
    return realpathSync.native(one) === realpathSync.native(other);
  } catch {
    return false;
  }
}

/** Reads what is copied, once, and compares what was read. */
async function contentOf({ path, digest }: PinnedFile, copy: string, subject: string): Promise<FileToKeep[]> {
  try {
    if (!statSync(path).isDirectory()) {
      const { content, stats } = await readRegularFile(path, pinLimits.bytes);
      const found = digestOf(content);
      if (found !== digest) throw integrityMismatch(subject, path, digest, found);
      return [{ path: copy, content, executable: (stats.mode & 0o100n) !== 0n }];
    }
    const files: FileToKeep[] = [];
    const parts = ["tenon folder"];
    for (const { name, path: file, executable } of await filesOfFolder(path)) {
      const { content } = await readRegularFile(file, pinLimits.bytes);
      files.push({ path: `${copy}/${name}`, content, executable });
      parts.push(name, executable ? "x" : "-", digestOf(content));
    }
    const found = digestOfParts(parts);
    if (found !== digest) throw integrityMismatch(subject, path, digest, found);
    return files;
  } catch (cause) {
    if ((cause as { code?: unknown }).code === "TENON_INTEGRITY_MISMATCH") throw cause;
    throw integrityMismatch(subject, path, digest, (cause as Error).message);
  }
}
