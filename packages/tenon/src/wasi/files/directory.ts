import { closeSync, constants, lstatSync, openSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../failure.js";

/**
 * A directory that is held while names in it are used, so that nobody can put another in its place.
 *
 * On Linux it is held by a descriptor, and `/proc/self/fd/N/name` is what `openat(N, name)` is elsewhere: no other
 * process can lead an operation out of the directory, whatever it renames or links meanwhile. On other systems Node has
 * no such way. There a directory is its real path; each step looks for links before it is taken, and a process that
 * changes the same folder **between** look and step could lead it astray. The plugin itself cannot: it waits meanwhile.
 */
export interface Directory {
  /** Steps below the granted folder. */
  readonly depth: number;
  /** The directory itself, as a path for the system. */
  readonly self: string;
  /** A name in it, as a path for the system. */
  path(name: string): string;
  /**
   * The directory of a name in it, never through a link.
   *
   * @throws Failure `not-directory` where a link, a file or a device has that name; `no-entry`, `access`
   */
  descend(name: string): Directory;
  /** Another hold of the same directory. */
  again(): Directory;
  close(): void;
}

// Linux only; Node knows its number, but not its name.
const pathOnly = 0x200000;

const throughDescriptors = process.platform === "linux" && hasDescriptorFolder();

function hasDescriptorFolder(): boolean {
  try {
    return statSync("/proc/self/fd").isDirectory();
  } catch {
    return false;
  }
}

/** Opens the folder that is granted. Links in its path are the host's own and followed. */
export function openRoot(path: string): Directory {
  return throughDescriptors
    ? new HeldDirectory(openSync(path, pathOnly | constants.O_DIRECTORY), 0)
    : new NamedDirectory(realpathSync(path), 0);
}

class HeldDirectory implements Directory {
  readonly depth: number;
  readonly self: string;
  readonly #descriptor: number;

  constructor(descriptor: number, depth: number) {
    this.#descriptor = descriptor;
    this.depth = depth;
    this.self = `/proc/self/fd/${descriptor}/.`;
  }

  path(name: string): string {
    return `/proc/self/fd/${this.#descriptor}/${name}`;
  }

  descend(name: string): Directory {
    const flags = pathOnly | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    return new HeldDirectory(openSync(this.path(name), flags), this.depth + 1);
  }

  again(): Directory {
    return new HeldDirectory(openSync(this.self, pathOnly | constants.O_DIRECTORY), this.depth);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

class NamedDirectory implements Directory {
  readonly depth: number;
  readonly self: string;

  constructor(path: string, depth: number) {
    this.self = path;
    this.depth = depth;
  }

  path(name: string): string {
    if (process.platform === "win32" && !isPlainWindowsName(name)) throw new Failure("no-entry");
    return join(this.self, name);
  }

  descend(name: string): Directory {
    const path = this.path(name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined) throw new Failure("no-entry");
    if (!found.isDirectory()) throw new Failure("not-directory");
    return new NamedDirectory(path, this.depth + 1);
  }

  again(): Directory {
    return this;
  }

  close(): void {}
}

/** Whether Windows takes a name for a file of that name: not for a drive, a stream, a device or another name. */
export function isPlainWindowsName(name: string): boolean {
  if (/[\\/:*?"<>|]|[. ]$/.test(name)) return name === "." || name === "..";
  return !/^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\..*)?$/i.test(
    name.replace(/ +(?=\.|$)/, ""),
  );
}
