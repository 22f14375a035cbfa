import { closeSync, constants, lstatSync, openSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../model/failure.js";

/**
 * A directory that is held while names in it are used, so that another cannot take its place.
 *
 * On Linux it is held by a descriptor: `/proc/self/fd/N/name` does what `openat(N, name)` does in C. No other process can
 * redirect an operation out of the directory, whatever it renames or links. On other systems Node has nothing like that.
 * There a directory is its real path. Each step checks for links first, so a process that changes the same folder
 * **between** the check and the step could redirect it. The plugin itself cannot, because it waits meanwhile.
 */
export interface Directory {
  /** How many levels it is below the granted folder. */
  readonly depth: number;
  /** The directory itself, as a path for the system. */
  readonly self: string;
  /** A name in it, as a path for the system. */
  path(name: string): string;
  /**
   * Opens a directory in it by name. Never follows a link.
   *
   * @throws Failure `not-directory` for a link, a file or a device; `no-entry`, `access`
   */
  descend(name: string): Directory;
  /** Opens the same directory a second time. */
  reopen(): Directory;
  close(): void;
}

// O_PATH. Linux only; Node has no constant for it.
const pathOnly = 0x200000;

const throughDescriptors = process.platform === "linux" && hasDescriptorFolder();

function hasDescriptorFolder(): boolean {
  try {
    return statSync("/proc/self/fd").isDirectory();
  } catch {
    return false;
  }
}

/** Opens the granted folder. Links in its path belong to the host and are followed. */
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

  reopen(): Directory {
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

  reopen(): Directory {
    return this;
  }

  close(): void {}
}

/** Whether Windows takes a name literally, and not for a drive, a stream, a device or another name. */
export function isPlainWindowsName(name: string): boolean {
  if (/[\\/:*?"<>|]|[. ]$/.test(name)) return name === "." || name === "..";
  return !/^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(\..*)?$/i.test(
    name.replace(/ +(?=\.|$)/, ""),
  );
}
