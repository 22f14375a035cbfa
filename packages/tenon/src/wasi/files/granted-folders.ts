import { type GrantedFolder as Granted, grantedFolders as readGrant } from "../../runtime/granted-folders.js";
import type { FolderGrant } from "../../runtime/index.js";
import { openRoot } from "./directory.js";
import { Folder } from "./folder.js";

/** A granted folder. It is opened on the host when it is first used. */
export interface GrantedFolder extends Granted {
  open(): Folder;
}

/** Returns the folders of a grant. @throws TENON_GRANT_INVALID if one does not exist, is not a folder, or has an invalid path */
export function grantedFolders(granted?: Readonly<Record<string, string | FolderGrant>>): GrantedFolder[] {
  return readGrant(granted).map((folder) => ({
    ...folder,
    open: () => new Folder(() => openRoot(folder.hostPath), folder.writable),
  }));
}
