import { spawnSync } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { once } from "@tenon/fixtures";
import { contentKey } from "./content-key.js";
import { cacheFolder, sources } from "./folders.js";
import { runTool } from "./run-tool.js";

/** The crates that are built as components with WASI, and those that are built as modules without it. */
const crates = {
  "wasm32-wasip2": [
    "greeter",
    "everything",
    "reflection",
    "resources",
    "asynchronous",
    "command",
    "fetch",
    "proxy",
    "site",
  ],
  "wasm32-unknown-unknown": ["shouter", "speaker", "calls"],
} as const;

/** Returns why Rust cannot build for WebAssembly here, or `undefined` if it can. */
export function rustMissing(): string | undefined {
  const version = spawnSync("cargo", ["--version"], { encoding: "utf8" });
  if (version.status !== 0) return "cargo is not installed";
  const found = spawnSync("rustc", ["--print", "sysroot"], { encoding: "utf8" });
  for (const target of Object.keys(crates)) {
    const library = spawnSync("rustc", ["--print", "target-libdir", "--target", target], { encoding: "utf8" });
    if (library.status !== 0 || spawnSync("ls", [library.stdout.trim()]).status !== 0)
      return `Rust in ${found.stdout.trim()} lacks the target ${target}: rustup target add ${target}`;
  }
  return undefined;
}

/** Builds all crates. @returns the folder with `CRATE.wasm` for each. */
export function rustFolder(): Promise<string> {
  const version = spawnSync("rustc", ["--version"], { encoding: "utf8" }).stdout;
  const key = contentKey(["rust", "wit"], [version, JSON.stringify(crates)]);
  return once(join(cacheFolder, `rust-${key}`), async (unfinished) => {
    const target = join(cacheFolder, "target");
    for (const [triple, names] of Object.entries(crates)) {
      const chosen = names.flatMap((name) => ["-p", name]);
      await runTool("cargo", ["build", "--locked", "--release", "--target", triple, ...chosen], {
        cwd: join(sources, "rust"),
        env: { CARGO_TARGET_DIR: target },
      });
      for (const name of names)
        await copyFile(join(target, triple, "release", `${name}.wasm`), join(unfinished, `${name}.wasm`));
    }
  });
}
