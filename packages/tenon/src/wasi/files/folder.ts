import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { Failure } from "../model/failure.js";
import type { Directory } from "./directory.js";
import { type Location, locate, staysInside } from "./locate.js";
import { assertLinksStayInside } from "./moved-links.js";
import { OpenFile, seconds, type Times } from "./open-file.js";

/** How a file is opened. */
export interface OpenMode {
  readonly read: boolean;
  readonly write: boolean;
  readonly append: boolean;
  /** Creates the file if it does not exist. */
  readonly create: boolean;
  /** Fails if the file exists. */
  readonly exclusive: boolean;
  readonly truncate: boolean;
  /** Fails if it is not a directory. */
  readonly directory: boolean;
  /** Whether to follow a link. Otherwise opening one fails. */
  readonly follow: boolean;
}

/** An entry of a folder. */
export interface Entry {
  readonly name: string;
  readonly stat: BigIntStats;
}

/** A granted folder, or a directory in it, with everything that a program can do by path. All paths are relative to it. */
export class Folder {
  readonly writable: boolean;
  readonly #open: () => Directory;
  #held: Directory | undefined;
  #closed = false;

  /** @param open Called once, when the folder is first used. */
  constructor(open: () => Directory, writable: boolean) {
    this.#open = open;
    this.writable = writable;
  }

  stat(): BigIntStats {
    return lstatSync(this.#directory.self, { bigint: true });
  }

  /**
   * Opens a file or a directory. Pipes and devices are never opened, because opening them has side effects.
   *
   * @throws Failure `read-only` if it would change a folder that is read-only
   */
  open(path: string, mode: OpenMode): OpenFile | Folder {
    return this.#at(path, mode.follow && !mode.exclusive, (location) => this.#openAt(location, mode));
  }

  #openAt(location: Location, mode: OpenMode): OpenFile | Folder {
    const { directory, name, found, mustBeDirectory } = location;
    if (found === undefined) {
      if (!mode.create) throw new Failure("no-entry");
      if (mustBeDirectory || mode.directory) throw new Failure(mustBeDirectory ? "is-directory" : "invalid");
    } else {
      if (mode.create && mode.exclusive) throw new Failure("exist");
      if (found.isSymbolicLink()) throw new Failure("loop");
      if (found.isDirectory()) {
        if (mode.truncate || mode.create || (mode.write && !mode.directory)) throw new Failure("is-directory");
        const opened = name === "." ? directory.reopen() : directory.descend(name);
        return new Folder(() => opened, this.writable);
      }
      if (mode.directory || mustBeDirectory) throw new Failure("not-directory");
      if (!found.isFile()) throw new Failure("not-permitted");
    }
    if (mode.write || mode.truncate || found === undefined) this.#mustWrite();
    return openFile(location, mode);
  }

  /** Returns the stat of what a path leads to. */
  statAt(path: string, follow: boolean): BigIntStats {
    return this.#at(path, follow, mustBeThere);
  }

  setTimesAt(path: string, follow: boolean, times: Times): void {
    this.#mustWrite();
    this.#at(path, follow, (location) => {
      const found = mustBeThere(location);
      lutimesSync(location.path, seconds(times.accessed ?? found.atimeNs), seconds(times.modified ?? found.mtimeNs));
    });
  }

  setTimes(times: Times): void {
    this.setTimesAt(".", false, times);
  }

  /** Lists the folder, without `.` and `..`. Names that are not UTF-8 are left out, because a program cannot use them. */
  entries(): Entry[] {
    const entries: Entry[] = [];
    for (const raw of readdirSync(this.#directory.self, { encoding: "buffer" })) {
      const name = raw.toString("utf8");
      if (name.includes("\ufffd") && !Buffer.from(name).equals(raw)) continue;
      // It may have been removed in the meantime.
      const stat = lstatSync(this.#directory.path(name), { bigint: true, throwIfNoEntry: false });
      if (stat !== undefined) entries.push({ name, stat });
    }
    return entries;
  }

  makeDirectory(path: string): void {
    this.#mustWrite();
    this.#at(path, false, ({ found, path: at }) => {
      if (found !== undefined) throw new Failure("exist");
      mkdirSync(at);
    });
  }

  removeDirectory(path: string): void {
    this.#mustWrite();
    this.#at(path, false, (location) => {
      if (!mustBeThere(location).isDirectory()) throw new Failure("not-directory");
      if (location.name === ".") throw new Failure("invalid");
      rmdirSync(location.path);
    });
  }

  removeFile(path: string): void {
    this.#mustWrite();
    this.#at(path, false, (location) => {
      if (mustBeThere(location).isDirectory()) throw new Failure("is-directory");
      unlinkSync(location.path);
    });
  }

  readLink(path: string): string {
    return this.#at(path, false, (location) => {
      if (!mustBeThere(location).isSymbolicLink()) throw new Failure("invalid");
      return readlinkSync(location.path);
    });
  }

  /** Creates a link. Fails if it would lead out of the granted folder, because others may follow it. */
  makeLink(target: string, path: string): void {
    this.#mustWrite();
    this.#at(path, false, ({ found, path: at, directory, mustBeDirectory }) => {
      if (found !== undefined) throw new Failure("exist");
      if (mustBeDirectory) throw new Failure("no-entry");
      if (!staysInside(target, directory)) throw new Failure("not-permitted");
      symlinkSync(target, at);
    });
  }

  /** Creates a hard link. Both folders must be writable, because the file can be changed through the new name. */
  linkTo(path: string, follow: boolean, to: Folder, newPath: string): void {
    this.#mustWrite();
    to.#mustWrite();
    this.#at(path, follow, (from) => {
      const found = mustBeThere(from);
      if (!found.isFile()) throw new Failure("not-permitted");
      to.#at(newPath, false, (location) => {
        if (location.found !== undefined) throw new Failure("exist");
        if (location.mustBeDirectory) throw new Failure("no-entry");
        linkSync(from.path, location.path);
      });
    });
  }

  /** Moves a file, directory or link. Fails if a link would lead out of the granted folder from its new place. */
  renameTo(path: string, to: Folder, newPath: string): void {
    this.#mustWrite();
    to.#mustWrite();
    this.#at(path, false, (from) => {
      const isDirectory = mustBeThere(from).isDirectory();
      to.#at(newPath, false, (location) => {
        if (from.name === "." || location.name === ".") throw new Failure("busy");
        if (location.mustBeDirectory && !isDirectory) throw new Failure("not-directory");
        assertLinksStayInside(from, location.directory);
        renameSync(from.path, location.path);
      });
    });
  }

  close(): void {
    this.#closed = true;
    this.#held?.close();
    this.#held = undefined;
  }

  get #directory(): Directory {
    if (this.#closed) throw new Failure("bad-descriptor");
    this.#held ??= this.#open();
    return this.#held;
  }

  #mustWrite(): void {
    if (!this.writable) throw new Failure("read-only");
  }

  #at<T>(path: string, follow: boolean, act: (location: Location) => T): T {
    const location = locate(this.#directory, path, follow);
    try {
      return act(location);
    } finally {
      location.close();
    }
  }
}

function mustBeThere({ found, mustBeDirectory }: Location): BigIntStats {
  if (found === undefined) throw new Failure("no-entry");
  if (mustBeDirectory && !found.isDirectory()) throw new Failure("not-directory");
  return found;
}

const { O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_EXCL, O_TRUNC } = constants;
// Windows does not have these flags, and does not need them.
const safeOpenFlags = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

function openFile(location: Location, mode: OpenMode): OpenFile {
  const access = !(mode.write || mode.truncate) ? O_RDONLY : mode.read || !mode.write ? O_RDWR : O_WRONLY;
  const make = (mode.create ? O_CREAT : 0) | (mode.exclusive && mode.create ? O_EXCL : 0);
  const descriptor = openSync(location.path, access | safeOpenFlags | make | (mode.truncate ? O_TRUNC : 0), 0o666);
  try {
    // Another process may have replaced it since it was checked.
    if (!fstatSync(descriptor).isFile()) throw new Failure("not-permitted");
    return new OpenFile(descriptor, mode.read, mode.write, mode.append);
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}
