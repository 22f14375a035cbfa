import { join } from "node:path";
import { sourceUnreadable } from "../../errors/factories/module-build.js";
import { rustLibraryMissing, rustPackageMissing } from "../../errors/factories/rust.js";
import { FileRefused, readRegularFile } from "../../runtime/regular-file.js";

export const packageFileName = "Cargo.toml";

/**
 * Checks that a Cargo.toml describes a plugin. Cargo reads the rest of it during the build.
 *
 * @throws TENON_SOURCE_INVALID if it has no package, or one that does not build a WebAssembly file
 */
export async function expectPlugin(folder: string): Promise<void> {
  const path = join(folder, packageFileName);
  const text = (await textOf(path)).replace(/^\s*#.*$/gm, "");
  if (!/^\s*\[\s*package\s*\]/m.test(text)) throw rustPackageMissing(path);
  if (!/^\s*(?:lib\s*\.\s*)?crate[-_]type\s*=\s*\[[^\]]*["']cdylib["']/m.test(text)) throw rustLibraryMissing(path);
}

async function textOf(path: string): Promise<string> {
  try {
    return (await readRegularFile(path)).content.toString("utf8");
  } catch (cause) {
    if (cause instanceof FileRefused) throw sourceUnreadable(path, cause.message);
    return "";
  }
}
