import { type BigIntStats, lstatSync, readlinkSync } from "node:fs";
import { Failure, systemFailure } from "../failure.js";
import type { Directory } from "./directory.js";

/** Where a path leads: a name in a directory that is held until `close`. */
export interface Location {
  readonly directory: Directory;
  /** Never a path; `.` for the directory itself. */
  readonly name: string;
  /** What has that name at present: neither the path nor this has been followed further. */
  readonly found: BigIntStats | undefined;
  /** Whether the path ended in a slash, so that only a directory is meant. */
  readonly mustBeDirectory: boolean;
  /** The name as a path for the system. */
  readonly path: string;
  close(): void;
}

const mostLinks = 40;
const longestPath = 4096;

/**
 * Walks a path from a directory, step by step, and never above it: not by `..`, not by a link, not by an absolute path.
 *
 * Links on the way are followed here and not by the system. A link to an absolute path leads out, whatever it names.
 *
 * @param follow Whether a link that the last name is shall be followed.
 * @throws Failure `not-permitted` where the path leads out; `no-entry`, `not-directory`, `loop`, `invalid`
 */
export function locate(root: Directory, path: string, follow: boolean): Location {
  return new Walk(root).go(path, follow);
}

class Walk {
  readonly #root: Directory;
  /** The directories below the root on the way to where it stands. */
  readonly #held: Directory[] = [];
  #links = 0;

  constructor(root: Directory) {
    this.#root = root;
  }

  go(path: string, follow: boolean): Location {
    try {
      return this.#go(path, follow);
    } catch (thrown) {
      this.#close();
      throw thrown;
    }
  }

  #go(given: string, follow: boolean): Location {
    const first = steps(given);
    // What is still to be walked, last step first.
    const pending = first.names.reverse();
    let { mustBeDirectory } = first;
    for (;;) {
      const name = pending.pop();
      if (name === undefined) return this.#here(".", undefined, true);
      if (name === "..") {
        this.#up();
        continue;
      }
      if (pending.length > 0) {
        if (this.#descend(name)) continue;
      } else {
        const found = lstatSync(this.#top.path(name), { bigint: true, throwIfNoEntry: false });
        if (found?.isSymbolicLink() !== true || !(follow || mustBeDirectory)) {
          return this.#here(name, found, mustBeDirectory);
        }
      }
      if (++this.#links > mostLinks) throw new Failure("loop");
      const target = steps(readlinkSync(this.#top.path(name)));
      if (pending.length === 0) mustBeDirectory ||= target.mustBeDirectory;
      for (let index = target.names.length - 1; index >= 0; index--) pending.push(target.names[index]!);
      if (pending.length > longestPath) throw new Failure("name-too-long");
    }
  }

  get #top(): Directory {
    return this.#held.at(-1) ?? this.#root;
  }

  #up(): void {
    const left = this.#held.pop();
    if (left === undefined) throw new Failure("not-permitted");
    left.close();
  }

  /** @returns `false` where a link has the name. */
  #descend(name: string): boolean {
    try {
      this.#held.push(this.#top.descend(name));
      return true;
    } catch (thrown) {
      // Systems disagree about which of the two a link is.
      const failure = systemFailure(thrown);
      if (failure !== "not-directory" && failure !== "loop") throw thrown;
      const found = lstatSync(this.#top.path(name), { throwIfNoEntry: false });
      if (found?.isSymbolicLink() === true) return false;
      throw new Failure("not-directory");
    }
  }

  #here(name: string, found: BigIntStats | undefined, mustBeDirectory: boolean): Location {
    const directory = this.#top;
    const path = name === "." ? directory.self : directory.path(name);
    return {
      directory,
      name,
      found: name === "." ? lstatSync(path, { bigint: true, throwIfNoEntry: false }) : found,
      mustBeDirectory,
      path,
      close: () => this.#close(),
    };
  }

  #close(): void {
    for (const directory of this.#held.splice(0)) directory.close();
  }
}

function steps(path: string): { names: string[]; mustBeDirectory: boolean } {
  if (path === "") throw new Failure("no-entry");
  if (path.includes("\0")) throw new Failure("invalid");
  if (path.length > longestPath) throw new Failure("name-too-long");
  if (path.startsWith("/")) throw new Failure("not-permitted");
  // Elsewhere a backslash is a character like any other; here it would part a name in two.
  if (process.platform === "win32" && path.includes("\\")) throw new Failure("not-permitted");
  const all = path.split("/");
  const last = all.at(-1);
  return {
    names: all.filter((name) => name !== "" && name !== "."),
    mustBeDirectory: last === "" || last === "." || last === "..",
  };
}

/** Whether a link's target stays below the granted folder, as far as its text tells. */
export function staysInside(target: string, depth: number): boolean {
  let at = depth;
  for (const name of steps(target).names) {
    at += name === ".." ? -1 : 1;
    if (at < 0) return false;
  }
  return true;
}
