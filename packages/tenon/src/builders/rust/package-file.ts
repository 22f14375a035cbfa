import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { errors } from "../../errors/index.js";

export const packageFileName = "Cargo.toml";

/**
 * Reads of a Cargo.toml what makes a package a plugin; cargo reads the rest when it builds.
 *
 * @throws TENON_SOURCE_INVALID where it describes no package, or one that makes no WebAssembly file
 */
export async function expectPlugin(folder: string): Promise<void> {
  const path = join(folder, packageFileName);
  const text = (await readFile(path, "utf8").catch(() => "")).replace(/^\s*#.*$/gm, "");
  const invalid = (message: string, fix: string) =>
    errors.TENON_SOURCE_INVALID({ message: `${path}: ${message}`, subject: path, fix: { text: fix } });
  if (!/^\s*\[\s*package\s*\]/m.test(text))
    throw invalid("it describes no package, only a workspace", "Name the folder of the plugin's own package.");
  if (!/^\s*(?:lib\s*\.\s*)?crate[-_]type\s*=\s*\[[^\]]*["']cdylib["']/m.test(text))
    throw invalid("a plugin is a library of the crate type cdylib", 'Add: [lib] crate-type = ["cdylib"]');
}
