import { archiveTooLarge, archiveUnsafe } from "../../errors/factories/archive.js";
import type { ArchiveLimits } from "./limits.js";

// biome-ignore lint/suspicious/noControlCharactersInRegex: names with control characters are what it looks for
const control = /[\u0000-\u001f\u007f-\u009f]/;
/** Characters that show text in another order than it has. */
const reordering = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** Names that stand for devices on Windows, with any extension. */
const device = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\.|$)/i;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads the text of a name. @throws TENON_ARCHIVE_UNSAFE */
export function textOfName(archive: string, bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw archiveUnsafe(archive, Buffer.from(bytes).toString("latin1"), "has a name that is not UTF-8");
  }
}

/**
 * The paths of an archive. Each is one that every system takes for the same file inside of the folder, and no two of them
 * mean the same file on any of them.
 */
export class ArchivePaths {
  readonly #archive: string;
  readonly #limits: ArchiveLimits;
  /** What each path is, by the path. */
  readonly #kinds = new Map<string, "file" | "folder" | "implied folder">();
  /** The path that was first, by what remains of it on systems that ignore case and the form of characters. */
  readonly #folded = new Map<string, string>();

  constructor(archive: string, limits: ArchiveLimits) {
    this.#archive = archive;
    this.#limits = limits;
  }

  /** All folders, those before the folders in them. */
  get folders(): string[] {
    return [...this.#kinds].flatMap(([path, kind]) => (kind === "file" ? [] : [path]));
  }

  /**
   * Adds a path.
   *
   * @returns the path, with `/` between names and none at its end; empty for the folder itself.
   * @throws TENON_ARCHIVE_UNSAFE, TENON_ARCHIVE_LIMIT
   */
  add(text: string, kind: "file" | "folder"): string {
    const path = this.normalised(text, kind);
    if (path === "") {
      if (kind === "folder") return path;
      throw archiveUnsafe(this.#archive, text, "is a file without a name");
    }
    const names = path.split("/");
    for (let length = 1; length < names.length; length++)
      this.#note(names.slice(0, length).join("/"), "implied folder", text);
    this.#note(path, kind, text);
    return path;
  }

  /** Returns the path that a name means. @throws TENON_ARCHIVE_UNSAFE, TENON_ARCHIVE_LIMIT */
  normalised(text: string, kind: "file" | "folder"): string {
    const archive = this.#archive;
    const refuse = (problem: string) => archiveUnsafe(archive, text, problem);
    if (text === "") throw refuse("has no name");
    if (Buffer.byteLength(text) > this.#limits.path)
      throw archiveTooLarge(
        archive,
        `the path ${shortened(text)}`,
        this.#limits.path,
        "bytes",
        Buffer.byteLength(text),
      );
    if (control.test(text) || reordering.test(text)) throw refuse("has a control character in its name");
    if (text.includes("\\")) throw refuse("has a backslash in its name");
    if (text.startsWith("/")) throw refuse("has an absolute path");
    if (text.includes(":")) throw refuse("has a colon in its name, which is a drive or a stream on Windows");
    const trimmed = kind === "folder" ? text.replace(/\/$/, "") : text;
    const names = trimmed.split("/");
    while (names[0] === ".") names.shift();
    if (names.length > this.#limits.depth)
      throw archiveTooLarge(archive, `the path ${shortened(text)}`, this.#limits.depth, "levels", names.length);
    for (const name of names) {
      if (name === "..") throw refuse("leads out of the folder");
      if (name === "." || name === "") throw refuse(`has a path with an empty name in it`);
      if (/[. ]$/.test(name)) throw refuse("has a name that ends with a full stop or a space, which Windows drops");
      if (device.test(name)) throw refuse("has a name that is a device on Windows");
      if (Buffer.byteLength(name) > this.#limits.name)
        throw archiveTooLarge(
          archive,
          `the name ${shortened(name)}`,
          this.#limits.name,
          "bytes",
          Buffer.byteLength(name),
        );
    }
    return names.join("/");
  }

  #note(path: string, kind: "file" | "folder" | "implied folder", entry: string): void {
    const archive = this.#archive;
    const folded = fold(path);
    const first = this.#folded.get(folded);
    if (first === undefined) {
      if (this.#kinds.size === this.#limits.entries)
        throw archiveTooLarge(archive, "what it contains", this.#limits.entries, "files and folders");
      this.#folded.set(folded, path);
      this.#kinds.set(path, kind);
      return;
    }
    if (first !== path)
      throw archiveUnsafe(
        archive,
        entry,
        `and ${JSON.stringify(first)} are the same file where case or form does not count`,
      );
    const known = this.#kinds.get(path);
    if (known === "file" && kind === "implied folder") throw archiveUnsafe(archive, entry, "is inside of a file");
    if (kind === "implied folder") return;
    if (known !== "implied folder" || kind === "file") throw archiveUnsafe(archive, entry, "is there twice");
    this.#kinds.set(path, kind);
  }
}

/** What remains of a name where neither case nor the form of characters counts: "ﬁ" and "FI", "ß" and "SS" are the same. */
function fold(path: string): string {
  return path.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");
}

function shortened(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
