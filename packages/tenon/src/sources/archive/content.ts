import { archiveTooLarge, archiveUnsafe } from "../../errors/factories/archive.js";
import type { ArchiveLimits } from "./limits.js";
import { ArchivePaths } from "./paths.js";

/** A file to unpack. */
export interface ArchiveFile {
  /** Relative, with `/` between names. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Whether its owner may execute it. Nothing else of its mode counts. */
  readonly executable: boolean;
}

/** What is in an archive. */
export interface ArchiveContent {
  readonly files: readonly ArchiveFile[];
  /** Every folder, those before the folders in them. */
  readonly folders: readonly string[];
}

interface Link {
  readonly path: string;
  readonly target: string;
  /** As the archive names the entry. */
  readonly entry: string;
}

const mostFollowed = 16;

/** Collects what a reader finds in an archive, within the limits. */
export class Collected {
  readonly #archive: string;
  readonly #paths: ArchivePaths;
  readonly #files = new Map<string, ArchiveFile>();
  readonly #links = new Map<string, Link>();
  readonly #most: number;
  #bytes = 0;

  /** @param most how many bytes all files may have together. */
  constructor(archive: string, limits: ArchiveLimits, most: number) {
    this.#archive = archive;
    this.#paths = new ArchivePaths(archive, limits);
    this.#most = most;
  }

  addFolder(entry: string): void {
    this.#paths.add(entry, "folder");
  }

  /** @param mode the permissions of a POSIX system. */
  addFile(entry: string, content: Uint8Array, mode: number): void {
    const path = this.#paths.add(entry, "file");
    this.#count(content.length);
    this.#files.set(path, { path, content, executable: (mode & 0o100) !== 0 });
  }

  /**
   * Adds a link to a file in the archive, which becomes a copy of it.
   *
   * @param target relative to the folder of the link if it is symbolic, otherwise to the archive.
   */
  addLink(entry: string, target: string, symbolic: boolean): void {
    const path = this.#paths.add(entry, "file");
    if (target.startsWith("/") || /^[A-Za-z]:|\\|\0/.test(target))
      throw archiveUnsafe(
        this.#archive,
        entry,
        `is a link to ${JSON.stringify(target)}, which leads out of the folder`,
      );
    const names = symbolic ? path.split("/").slice(0, -1) : [];
    for (const name of target.split("/")) {
      if (name === "." || name === "") continue;
      if (name !== "..") names.push(name);
      else if (names.pop() === undefined)
        throw archiveUnsafe(
          this.#archive,
          entry,
          `is a link to ${JSON.stringify(target)}, which leads out of the folder`,
        );
    }
    this.#links.set(path, { path, target: names.join("/"), entry });
  }

  /** @throws TENON_ARCHIVE_UNSAFE for links that lead to no file */
  finish(): ArchiveContent {
    const copies = [...this.#links.values()].map((link) => this.#copy(link));
    return { files: [...this.#files.values(), ...copies], folders: this.#paths.folders };
  }

  #copy(link: Link): ArchiveFile {
    let at = link.target;
    for (let count = 0; count < mostFollowed; count++) {
      const file = this.#files.get(at);
      if (file !== undefined) {
        this.#count(file.content.length);
        return { ...file, path: link.path };
      }
      const next = this.#links.get(at);
      if (next === undefined) break;
      at = next.target;
    }
    throw archiveUnsafe(this.#archive, link.entry, "is a link that leads to no file of the archive");
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#most) throw archiveTooLarge(this.#archive, "what it contains", this.#most, "bytes");
  }
}
