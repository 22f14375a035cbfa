import { stat } from "node:fs/promises";
import { errors, type TenonError } from "../../errors/index.js";
import { type CommandOptions, runCommand } from "../../runtime/command.js";
import { cargoEnvironment } from "./environment.js";

/** What plugins are built for: components that use WASI 0.2. */
export const target = "wasm32-wasip2";

/**
 * The Rust that cargo uses in a folder, for people: `rustc 1.95.0 (59807616e 2026-04-14)`. A file rust-toolchain.toml in
 * it may choose another than elsewhere.
 *
 * @throws TENON_TOOLCHAIN_MISSING where there is no cargo, no rustc, or no standard library for the target
 */
export async function findToolchain(folder: string, signal: AbortSignal | undefined): Promise<string> {
  const options: CommandOptions = { folder, environment: cargoEnvironment(), signal };
  const [cargo, rustc, library] = await Promise.all([
    runCommand("cargo", ["--version"], options),
    runCommand("rustc", ["--version"], options),
    runCommand("rustc", ["--print", "target-libdir", "--target", target], options),
  ]);
  for (const [name, { code, stderr }] of Object.entries({ cargo, rustc })) {
    if (code === 0) continue;
    // What rustup says when the release that the folder asks for is not installed.
    const why = stderr.trim();
    throw missing(
      why === "" ? `there is no ${name} in PATH` : `${name} cannot be used: ${why.slice(0, 500)}`,
      `Install Rust from https://rustup.rs, then run: rustup target add ${target}`,
    );
  }
  const version = rustc.stdout.trim();
  if (library.code !== 0)
    throw missing(
      `${version} knows no target ${target}`,
      `Install Rust 1.82 or later, then run: rustup target add ${target}`,
    );
  if ((await stat(library.stdout.trim()).catch(() => undefined))?.isDirectory() !== true)
    throw missing(`${version} has no standard library for ${target}`, `Run: rustup target add ${target}`);
  return version;
}

function missing(message: string, fix: string): TenonError {
  return errors.TENON_TOOLCHAIN_MISSING({ message, subject: "cargo", fix: { text: fix } });
}
