import { statSync } from "node:fs";
import { resolve } from "node:path";
import { grantInvalid } from "../errors/factories/grant.js";
import type { FolderGrant } from "../grants/grants.js";

/** A folder that was granted. */
export interface GrantedFolder {
  /** The absolute path under which the plugin sees it, without a trailing slash. */
  readonly guestPath: string;
  readonly writable: boolean;
  /** The absolute path on the host. */
  readonly hostPath: string;
}

/**
 * Returns the folders of a grant.
 *
 * @throws TENON_GRANT_INVALID if one does not exist, is not a folder, or has an invalid path
 */
export function grantedFolders(granted: Readonly<Record<string, string | FolderGrant>> = {}): GrantedFolder[] {
  const folders: GrantedFolder[] = [];
  for (const [guest, grant] of Object.entries(granted)) {
    const { path, write = false } = typeof grant === "string" ? { path: grant } : (grant ?? {});
    if (typeof path !== "string" || path === "" || path.includes("\0")) {
      throw invalid(guest, "expected a path on the host, without NUL characters");
    }
    if (typeof write !== "boolean")
      throw invalid(guest, `expected true or false for \`write\`, found ${String(write)}`);
    const guestPath = validGuestPath(guest);
    if (folders.some((other) => other.guestPath === guestPath)) throw invalid(guest, "it is granted twice");
    const hostPath = resolve(path);
    mustBeFolder(guest, hostPath);
    folders.push({ guestPath, writable: write, hostPath });
  }
  return folders;
}

function validGuestPath(guest: string): string {
  if (!guest.startsWith("/")) throw invalid(guest, "the path for the plugin must start with /");
  const parts = guest.split("/").filter((part) => part !== "");
  if (guest.includes("\0") || parts.some((part) => part === "." || part === "..")) {
    throw invalid(guest, "the path for the plugin must not contain `.`, `..` or a NUL character");
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
  const why = cause === undefined ? "is not a folder" : "does not exist or cannot be read";
  throw invalid(guest, `${path} ${why}`, cause);
}

function invalid(guest: string, why: string, cause?: unknown) {
  return grantInvalid("folders", guest, why, cause);
}
