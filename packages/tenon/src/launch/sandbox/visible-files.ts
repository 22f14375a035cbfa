import { lstatSync, readlinkSync } from "node:fs";
import { dirname } from "node:path";

/** How many links to follow before a path counts as a cycle, as Linux has it. */
const mostLinks = 40;

/**
 * Collects which files and folders of the system a program sees, under their own paths. Links on the way to them are seen as
 * links, so that `/bin/sh` is found where `/bin` is a link to `usr/bin` and `sh` one to `dash`.
 */
export class VisibleFiles {
  /** Where the links point, by their paths. */
  readonly links = new Map<string, string>();
  /** The real paths of files and folders. */
  readonly paths = new Set<string>();

  /** Makes a file or a folder visible. Returns its real path, `undefined` if it does not exist. */
  add(path: string): string | undefined {
    const links = new Map<string, string>();
    const real = resolveLinks(path, links);
    if (real === undefined || real === "/") return undefined;
    for (const [link, target] of links) this.links.set(link, target);
    this.paths.add(real);
    return real;
  }
}

/** Returns the real path, and collects the links on the way to it. @param path an absolute path */
export function resolveLinks(path: string, links = new Map<string, string>()): string | undefined {
  const left = parts(path);
  let at = "/";
  let followed = 0;
  for (let part = left.shift(); part !== undefined; part = left.shift()) {
    if (part === "..") {
      at = dirname(at);
      continue;
    }
    const next = at === "/" ? `/${part}` : `${at}/${part}`;
    const target = targetOf(next);
    if (target === undefined) return undefined;
    if (target === "") {
      at = next;
      continue;
    }
    if (++followed > mostLinks) return undefined;
    links.set(next, target);
    left.unshift(...parts(target));
    if (target.startsWith("/")) at = "/";
  }
  return at;
}

function parts(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

/** Where a link points; empty for what is no link, `undefined` for what does not exist or cannot be read. */
function targetOf(path: string): string | undefined {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : "";
  } catch {
    return undefined;
  }
}
