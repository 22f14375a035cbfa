import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { rustLibraryMissing, rustPackageMissing } from "../../errors/factories/rust.js";

export const packageFileName = "Cargo.toml";

/**
 * Checks that a Cargo.toml describes a plugin. Cargo reads the rest of it during the build.
 *
 * @throws TENON_SOURCE_INVALID if it has no package, or one that does not build a WebAssembly file
 */
export async function expectPlugin(folder: string): Promise<void> {
  const path = join(folder, packageFileName);
  const text = (await readFile(path, "utf8").catch(() => "")).replace(/^\s*#.*$/gm, "");
  if (!/^\s*\[\s*package\s*\]/m.test(text)) throw rustPackageMissing(path);
  if (!/^\s*(?:lib\s*\.\s*)?crate[-_]type\s*=\s*\[[^\]]*["']cdylib["']/m.test(text)) throw rustLibraryMissing(path);
}
