import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { cacheFolder } from "./folders.js";
import { runTool } from "./run-tool.js";

/** The last version that the Rust of CI compiles. */
const version = "48.0.8";
const features = ["run", "serve", "cranelift", "pooling-allocator", "parallel-compilation", "component-model"];

/** Returns why wasmtime cannot be built here, or `undefined` if it can. */
export function wasmtimeMissing(): string | undefined {
  return spawnSync("cargo", ["--version"]).status === 0 ? undefined : "cargo is not installed";
}

/** Builds wasmtime, a peer of the benchmarks, and returns its program. Takes a quarter of an hour and more the first time. */
export async function wasmtimeProgram(): Promise<string> {
  const folder = await once(join(cacheFolder, "packages", `wasmtime-${version}`), async (unfinished) => {
    const chosen = ["--locked", "--no-default-features", "--features", features.join(",")];
    await runTool("cargo", ["install", `wasmtime-cli@${version}`, ...chosen, "--root", unfinished], {
      cwd: unfinished,
      env: { CARGO_TARGET_DIR: join(cacheFolder, "target-wasmtime") },
    });
  });
  return join(folder, "bin", "wasmtime");
}
