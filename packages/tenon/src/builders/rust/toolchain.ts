import { stat } from "node:fs/promises";
import { type CommandOptions, runCommand } from "../../build/index.js";
import { rustTargetMissing, rustTargetUnknown, rustToolMissing } from "../../errors/factories/rust.js";
import { cargoEnvironment } from "./environment.js";

/** The target that plugins are built for: components that use WASI 0.2. */
export const target = "wasm32-wasip2";

/**
 * Returns the Rust that cargo uses in a folder, for people: `rustc 1.95.0 (59807616e 2026-04-14)`. A rust-toolchain.toml in
 * the folder may choose it.
 *
 * @throws TENON_TOOLCHAIN_MISSING if there is no cargo, no rustc, or no standard library for the target
 */
export async function findToolchain(folder: string, signal: AbortSignal | undefined): Promise<string> {
  const options: CommandOptions = { folder, environment: cargoEnvironment(), signal };
  const [cargo, rustc, library] = await Promise.all([
    runCommand("cargo", ["--version"], options),
    runCommand("rustc", ["--version"], options),
    runCommand("rustc", ["--print", "target-libdir", "--target", target], options),
  ]);
  // rustup prints why if the release that the folder asks for is not installed.
  for (const [name, { code, stderr }] of Object.entries({ cargo, rustc }))
    if (code !== 0) throw rustToolMissing(name, stderr.trim().slice(0, 500), target);
  const version = rustc.stdout.trim();
  if (library.code !== 0) throw rustTargetUnknown(version, target);
  const path = library.stdout.trim();
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true) return version;
  throw rustTargetMissing(
    version,
    target,
    /\/toolchains\/([^/]+)\/lib\/rustlib\//.exec(path.replaceAll("\\", "/"))?.[1],
  );
}
