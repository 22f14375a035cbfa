import { type BigIntStats, lstatSync, readlinkSync } from "node:fs";
import { Failure, systemFailure } from "../model/failure.js";
import type { Directory } from "./directory.js";

/** Where a path leads: to a name in a directory that is held until `close`. */
export interface Location {
  readonly directory: Directory;
  /** Never a path; `.` for the directory itself. */
  readonly name: string;
  /** The stat of what has that name now; a link is not followed. */
  readonly found: BigIntStats | undefined;
  /** Whether the path ends in a slash, so that it must be a directory. */
  readonly mustBeDirectory: boolean;
  /** The name as a path for the system. */
  readonly path: string;
  close(): void;
}

const mostLinks = 40;
const longestPath = 4096;

/**
 * Walks a path from a directory, step by step, and never out of it: not with `..`, not through a link, not with an absolute
 * path.
 *
 * Links on the way are followed here and not by the system. A link to an absolute path always leads out.
 *
 * @param follow whether to follow the last name if it is a link.
 * @throws Failure `not-permitted` if the path leads out; `no-entry`, `not-directory`, `loop`, `invalid`
 */
export function locate(root: Directory, path: string, follow: boolean): Location {
  return new Walk(root).go(path, follow);
}

class Walk {
  readonly #root: Directory;
  /** The open directories from the root to the current one. */
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
    // The remaining steps, last one first.
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

  /** @returns `false` if the name is a link. */
  #descend(name: string): boolean {
    try {
      this.#held.push(this.#top.descend(name));
      return true;
    } catch (thrown) {
      // Systems disagree about which of the two they report for a link.
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
  // On Windows a backslash separates names; elsewhere it is an ordinary character.
  if (process.platform === "win32" && path.includes("\\")) throw new Failure("not-permitted");
  const all = path.split("/");
  const last = all.at(-1);
  return {
    names: all.filter((name) => name !== "" && name !== "."),
    mustBeDirectory: last === "" || last === "." || last === "..",
  };
}

/**
 * Whether a link's target stays inside the granted folder. The way up from a name is known only if the name is no link: what
 * becomes one later is refused when the link is followed.
 *
 * @param directory the directory in which the target's names are looked up
 * @param depth how far below the granted folder the link is
 */
export function staysInside(target: string, directory: Directory, depth = directory.depth): boolean {
  let left = depth;
  const ups: string[] = [];
  const downs: string[] = [];
  const isLink = (count: number) => {
    try {
      return lstatSync(directory.path([...ups, ...downs.slice(0, count)].join("/"))).isSymbolicLink();
    } catch {
      return false; // Nothing is there.
    }
  };
  for (const name of steps(target).names) {
    if (name !== "..") {
      downs.push(name);
      left++;
      continue;
    }
    if (--left < 0) return false;
    if (downs.length === 0) ups.push(name);
    else if (downs.some((_, index) => isLink(index + 1))) return false;
    else downs.pop();
  }
  return true;
}
