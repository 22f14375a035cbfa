import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Writes files to a temporary folder.
 *
 * @param {Readonly<Record<string, string>>} files
 */
export function folderOf(files) {
  const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return {
    file: (/** @type {string} */ name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
