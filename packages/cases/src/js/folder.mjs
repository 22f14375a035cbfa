import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/**
 * Writes files to a temporary folder.
 *
 * @param {Readonly<Record<string, string>>} files
 */
export function folderOf(files) {
  const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
  const write = (/** @type {string} */ name, /** @type {string} */ text) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  return {
    file: (/** @type {string} */ name) => join(folder, name),
    write,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
