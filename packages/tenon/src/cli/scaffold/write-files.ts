import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { errors } from "../../errors/index.js";
import { writeFileWhole } from "../write-file.js";

/**
 * Writes the files of a template into a folder that is new or empty; with `force` also beside other files and over those
 * of the same names.
 *
 * @throws TENON_FOLDER_OCCUPIED, TENON_FILE_WRITE
 */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  force: boolean,
): Promise<void> {
  const present = await contents(folder);
  if (!force && present.length > 0) {
    throw errors.TENON_FOLDER_OCCUPIED({
      message: `${folder} is not empty; it holds ${present.slice(0, 5).join(", ")}${present.length > 5 ? ` and ${present.length - 5} more` : ""}`,
      subject: folder,
    });
  }
  for (const [name, text] of Object.entries(files)) await writeFileWhole(join(folder, name), text);
}

async function contents(folder: string): Promise<readonly string[]> {
  try {
    await mkdir(folder, { recursive: true });
    return await readdir(folder);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === "EEXIST" || code === "ENOTDIR" ? "there is a file in its way" : message;
    throw errors.TENON_FILE_WRITE({
      message: `the folder ${folder} cannot be made: ${why}`,
      subject: folder,
      cause,
      fix: { text: "Choose another folder." },
    });
  }
}
