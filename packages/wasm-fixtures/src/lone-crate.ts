import { spawnSync } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { contentKey } from "./content-key.js";
import { cacheFolder, sources } from "./folders.js";
import { runTool } from "./run-tool.js";

/**
 * Builds a crate outside of any workspace, with the versions in its own lock file.
 *
 * @param folder of the package; it has the crate's name.
 * @param target if not this machine: `wasm32-unknown-unknown`.
 * @param file the output of cargo.
 * @returns the path of the file.
 */
export async function loneCrate(folder: string, target: string | undefined, file: string): Promise<string> {
  const version = spawnSync("rustc", ["--version"], { encoding: "utf8" }).stdout;
  const key = contentKey([folder], [version, String(target)]);
  const built = await once(join(cacheFolder, `${folder}-${key}`), async (unfinished) => {
    const output = join(cacheFolder, "target");
    const triple = target === undefined ? [] : ["--target", target];
    await runTool("cargo", ["build", "--locked", "--release", ...triple], {
      cwd: join(sources, folder),
      env: { CARGO_TARGET_DIR: output },
    });
    await copyFile(join(output, target ?? "", "release", file), join(unfinished, file));
  });
  return join(built, file);
}
