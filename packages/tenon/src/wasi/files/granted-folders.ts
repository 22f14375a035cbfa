import { statSync } from "node:fs";
import { resolve } from "node:path";
import { errors } from "../../errors/index.js";
import type { FolderGrant } from "../../runtime/index.js";
import { openRoot } from "./directory.js";
import { Folder } from "./folder.js";

/** A folder that is granted; opened on the host when first used. */
export interface GrantedFolder {
  /** The absolute path under which the program sees it, without a slash at its end. */
  readonly guestPath: string;
  readonly writable: boolean;
  /** The absolute path on the host. */
  readonly hostPath: string;
  open(): Folder;
}

/**
 * The folders of a grant.
 *
 * @throws TENON_GRANT_INVALID where one does not exist, is no folder, or has no sound path
 */
export function grantedFolders(granted: Readonly<Record<string, string | FolderGrant>> = {}): GrantedFolder[] {
  const folders: GrantedFolder[] = [];
  for (const [guest, grant] of Object.entries(granted)) {
    const { path, write = false } = typeof grant === "string" ? { path: grant } : (grant ?? {});
    if (typeof path !== "string" || path === "" || path.includes("\0")) {
      throw invalid(guest, "its path on the host is no text, empty or holds a NUL");
    }
    if (typeof write !== "boolean") throw invalid(guest, "`write` is neither true nor false");
    const guestPath = soundGuestPath(guest);
    if (folders.some((other) => other.guestPath === guestPath)) throw invalid(guest, "it is granted twice");
    const hostPath = resolve(path);
    mustBeFolder(guest, hostPath);
    folders.push({ guestPath, writable: write, hostPath, open: () => new Folder(() => openRoot(hostPath), write) });
  }
  return folders;
}

function soundGuestPath(guest: string): string {
  if (!guest.startsWith("/")) throw invalid(guest, "the path by which the plugin sees it does not begin with /");
  const parts = guest.split("/").filter((part) => part !== "");
  if (guest.includes("\0") || parts.some((part) => part === "." || part === "..")) {
    throw invalid(guest, "the path by which the plugin sees it holds `.`, `..` or a NUL");
  }
  return `/${parts.join("/")}`;
}

function mustBeFolder(guest: string, path: string): void {
  let cause: unknown;
  try {
    if (statSync(path).isDirectory()) return;
  } catch (thrown) {
    cause = thrown;
  }
  const why = cause === undefined ? "is no folder" : "does not exist, or cannot be read";
  throw invalid(guest, `${path} ${why}`, cause);
}

function invalid(guest: string, why: string, cause?: unknown) {
  return errors.TENON_GRANT_INVALID({
    message: `grants.folders: ${JSON.stringify(guest)}: ${why}`,
    subject: guest,
    cause,
  });
}
