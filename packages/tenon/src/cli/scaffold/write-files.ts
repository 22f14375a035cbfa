import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { folderNotCreated, folderOccupied } from "../../errors/factories/scaffold.js";
import { writeFileWhole } from "../output/write-file.js";

/**
 * Writes the files of a template into a folder that is new or empty; with `force` also into one that is not, overwriting
 * files of the same names.
 *
 * @throws TENON_FOLDER_OCCUPIED, TENON_FILE_WRITE
 */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  force: boolean,
): Promise<void> {
  const present = await contents(folder);
  if (!force && present.length > 0) throw folderOccupied(folder, present);
  for (const [name, text] of Object.entries(files)) await writeFileWhole(join(folder, name), text);
}

async function contents(folder: string): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return await readdir(folder);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === "EEXIST" || code === "ENOTDIR" ? "a file is in the way" : message;
    throw folderNotCreated(folder, reason, cause);
  }
}
