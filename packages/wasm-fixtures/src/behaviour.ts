import { spawnSync } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { contentKey } from "./content-key.js";
import { cacheFolder, sources } from "./folders.js";
import { runTool } from "./run-tool.js";

/** Builds rust/behaviour for this machine and for both versions of WASI. @returns the folder with `native`, `wasip1.wasm` and `wasip2.wasm`. */
export function behaviourFolder(): Promise<string> {
  const version = spawnSync("rustc", ["--version"], { encoding: "utf8" }).stdout;
  const key = contentKey(["rust/behaviour"], [version]);
  return once(join(cacheFolder, `behaviour-${key}`), async (unfinished) => {
    const target = join(cacheFolder, "target");
    const build = (...words: string[]) =>
      runTool("cargo", ["build", "--locked", "--release", "-p", "behaviour", ...words], {
        cwd: join(sources, "rust"),
        env: { CARGO_TARGET_DIR: target },
      });
    await build();
    await copyFile(join(target, "release", "behaviour"), join(unfinished, "native"));
    for (const level of ["wasip1", "wasip2"]) {
      const triple = `wasm32-${level}`;
      await build("--target", triple);
      await copyFile(join(target, triple, "release", "behaviour.wasm"), join(unfinished, `${level}.wasm`));
    }
  });
}
