import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached } from "@tenon/fixtures";
import { parseText } from "@tenon/wasm-fixtures";

const here = fileURLToPath(new URL(".", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tenon-case-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/**
 * Makes a module or component of a file in `programs/`, which is in the text format. Returns its path.
 *
 * @param {string} name
 */
export async function fromText(name) {
  const path = join(folder, `${name}.wasm`);
  writeFileSync(path, await parseText(readFileSync(join(here, "programs", `${name}.wat`), "utf8"), name));
  return path;
}

/**
 * Copies a folder with source, so that building it leaves no trace here. Returns its path, which is always the same: compilers
 * keep what they know about it.
 *
 * @param {string} name
 */
export function copyOf(name) {
  const path = join(cached("cases"), name);
  rmSync(path, { recursive: true, force: true });
  cpSync(join(here, name), path, { recursive: true });
  return path;
}
