import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { shellPath } from "../shell-word.js";

/** `tenon new` does not know what to create. */
export function kindMissing(kinds: readonly string[], folder: string): TenonError {
  return errors.TENON_USAGE({
    message: `missing kind: ${kinds.join(" or ")}`,
    fix: { text: "Name what to create, and the folder for it:", command: `tenon new plugin ${shellPath(folder)}` },
  });
}

/** `tenon new` does not know where to create it. */
export function targetFolderMissing(kind: string, folder: string): TenonError {
  return errors.TENON_USAGE({
    message: `missing folder for the new ${kind}`,
    fix: { text: "Name the folder:", command: `tenon new ${kind} ${shellPath(folder)}` },
  });
}

/** npm does not accept the name. @param command the same call with a name that works */
export function nameInvalid(given: string, command: string): TenonError {
  return errors.TENON_USAGE({
    message: `"${given}" is not a valid name: expected lower-case letters, digits and hyphens`,
    fix: { text: "Choose another name, for example:", command },
  });
}

/** The folder to write to contains files. */
export function folderOccupied(folder: string, names: readonly string[]): TenonError {
  const shown = names.slice(0, 5).join(", ");
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return errors.TENON_FOLDER_OCCUPIED({
    message: `${folder} is not empty: it contains ${shown}${more}`,
    subject: folder,
  });
}

/** The folder to write to cannot be created. */
export function folderNotCreated(folder: string, reason: string, cause: unknown): TenonError {
  return errors.TENON_FILE_WRITE({
    message: `cannot create the folder ${folder}: ${reason}`,
    subject: folder,
    cause,
    fix: { text: "Choose another folder." },
  });
}
