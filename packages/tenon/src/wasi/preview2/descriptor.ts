import type { BigIntStats } from "node:fs";
import { type Entry, Folder } from "../files/folder.js";
import type { OpenFile } from "../files/open-file.js";
import { Failure } from "../model/failure.js";
import { type DateTime, dateTime } from "./clocks.js";
import type { Closable } from "./io/context.js";

/** `wasi:filesystem/types.descriptor-flags`, as far as they have an effect here. */
export interface DescriptorFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly mutateDirectory?: boolean;
  readonly [other: string]: boolean | undefined;
}

/** `wasi:filesystem/types.descriptor`: an open file or directory. */
export class Descriptor implements Closable {
  readonly #opened: OpenFile | Folder;
  readonly flags: DescriptorFlags;

  constructor(opened: OpenFile | Folder, flags: DescriptorFlags) {
    this.#opened = opened;
    this.flags = flags;
  }

  /** @throws Failure `not-directory` */
  get folder(): Folder {
    if (this.#opened instanceof Folder) return this.#opened;
    throw new Failure("not-directory");
  }

  /** @throws Failure `is-directory` */
  get file(): OpenFile {
    if (this.#opened instanceof Folder) throw new Failure("is-directory");
    return this.#opened;
  }

  /** The file or the folder, for what both can do. */
  get opened(): OpenFile | Folder {
    return this.#opened;
  }

  close(): void {
    this.#opened.close();
  }
}

/** `wasi:filesystem/types.directory-entry-stream`: a folder's entries as they were when it was created. */
export class DirectoryEntries {
  readonly #entries: readonly Entry[];
  #next = 0;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  next(): { type: string; name: string } | undefined {
    const entry = this.#entries[this.#next++];
    return entry && { type: typeOf(entry.stat), name: entry.name };
  }
}

/** Returns a `wasi:filesystem/types.descriptor-type`. */
export function typeOf(stat: BigIntStats): string {
  if (stat.isFile()) return "regular-file";
  if (stat.isDirectory()) return "directory";
  if (stat.isSymbolicLink()) return "symbolic-link";
  if (stat.isFIFO()) return "fifo";
  if (stat.isSocket()) return "socket";
  if (stat.isBlockDevice()) return "block-device";
  return stat.isCharacterDevice() ? "character-device" : "unknown";
}

/** Returns a `wasi:filesystem/types.descriptor-stat`. */
export function statRecord(stat: BigIntStats) {
  return {
    type: typeOf(stat),
    linkCount: stat.nlink,
    size: stat.size,
    dataAccessTimestamp: time(stat.atimeNs),
    dataModificationTimestamp: time(stat.mtimeNs),
    statusChangeTimestamp: time(stat.ctimeNs),
  };
}

/** WASI cannot express times before 1970. */
function time(nanoseconds: bigint): DateTime | undefined {
  return nanoseconds < 0n ? undefined : dateTime(nanoseconds);
}
