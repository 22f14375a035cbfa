import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { Failure } from "../model/failure.js";
import type { Directory } from "./directory.js";
import { staysInside } from "./locate.js";

/** What is moved, and the directory that it comes from. */
interface Moved {
  readonly directory: Directory;
  readonly name: string;
  readonly path: string;
  readonly found: BigIntStats | undefined;
}

/**
 * Checks that what is moved is no link that would lead out of the granted folder from its new place, and contains none: a
 * relative link leads elsewhere when it is moved, and others may follow it.
 *
 * @param to its new directory
 * @throws Failure `not-permitted`
 */
export function assertLinksStayInside({ directory, name, path, found }: Moved, to: Directory): void {
  if (found?.isSymbolicLink() === true) mustStayInside(readlinkSync(path), to, to.depth);
  // Links that led nowhere else keep doing so, unless there are fewer levels above them.
  else if (found?.isDirectory() === true && to.depth < directory.depth)
    checkLinksIn(directory.descend(name), to.depth + 1);
}

function checkLinksIn(directory: Directory, depth: number): void {
  try {
    for (const raw of readdirSync(directory.self, { encoding: "buffer" })) {
      const path = Buffer.concat([Buffer.from(directory.path("x")).subarray(0, -1), raw]);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found?.isSymbolicLink() === true) mustStayInside(readlinkSync(path), directory, depth);
      else if (found?.isDirectory() === true) {
        const name = raw.toString("utf8");
        // It cannot be opened by a name that is not UTF-8, so what is in it is not known.
        if (!Buffer.from(name).equals(raw)) throw new Failure("not-permitted");
        checkLinksIn(directory.descend(name), depth + 1);
      }
    }
  } finally {
    directory.close();
  }
}

function mustStayInside(target: string, directory: Directory, depth: number): void {
  if (!staysInside(target, directory, depth)) throw new Failure("not-permitted");
}
