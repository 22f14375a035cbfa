import type { TenonError } from "../error.js";
import { errors } from "../errors.js";
import { shellPath, shellWord } from "../shell-word.js";
import { type SourceProblem, toolchainMissing } from "./module-build.js";

const cdylib = { text: 'Add to Cargo.toml: [lib] crate-type = ["cdylib"]' } as const;

/** Cargo or rustc cannot be run. @param output what it printed, if anything. */
export function rustToolMissing(tool: string, output: string, target: string): TenonError {
  return toolchainMissing("cargo", output === "" ? `${tool} is not on PATH` : `${tool} does not run: ${output}`, {
    text: `Install Rust from https://rustup.rs, then run: rustup target add ${target}`,
  });
}

/** This release of Rust is too old for the target. */
export function rustTargetUnknown(version: string, target: string): TenonError {
  return toolchainMissing("cargo", `${version} does not support the target ${target}`, {
    text: `Install Rust 1.82 or later, then add the target ${target}.`,
    command: `rustup update stable && rustup target add ${target}`,
  });
}

/**
 * The standard library for the target is not installed.
 *
 * @param toolchain rustup's name for the Rust that cargo uses; `undefined` if rustup did not install it.
 */
export function rustTargetMissing(version: string, target: string, toolchain: string | undefined): TenonError {
  const message = `${version} has no standard library for ${target}`;
  if (toolchain === undefined)
    return toolchainMissing("cargo", message, {
      text: `Install Rust from https://rustup.rs, then run: rustup target add ${target}`,
    });
  return toolchainMissing("cargo", message, {
    text: "Add the target with rustup.",
    command: `rustup target add ${target} --toolchain ${shellWord(toolchain)}`,
  });
}

/** A Cargo.toml describes a workspace only. */
export function rustPackageMissing(path: string): TenonError {
  return errors.TENON_SOURCE_INVALID({
    message: `${path}: expected a [package], found only a workspace`,
    subject: path,
    fix: { text: "Pass the folder of the plugin's own package." },
  });
}

/** A package does not build a library that can be loaded. */
export function rustLibraryMissing(path: string): TenonError {
  return errors.TENON_SOURCE_INVALID({
    message: `${path}: a plugin must be a library of crate type cdylib`,
    subject: path,
    fix: cdylib,
  });
}

/** Cargo succeeded, but built no WebAssembly. */
export function rustModuleMissing(path: string): TenonError {
  return errors.TENON_SOURCE_INVALID({
    message: `${path}: cargo succeeded but built no WebAssembly file`,
    subject: path,
    fix: cdylib,
  });
}

/** The package compiles, but does not export a function of its contract. @param interface in which it is, if in one */
export function rustExportMissing(folder: string, inside: string | undefined, name: string): SourceProblem {
  const of = inside === undefined ? "" : ` of ${inside}`;
  return {
    path: folder,
    subject: folder,
    text:
      `${folder}: the plugin does not export ${name}()${of}: want export!(TYPE) beside wit_bindgen::generate!, ` +
      "where TYPE implements the traits of the contract's exports",
  };
}

/** Cargo.lock is out of date. @param output cargo's own words. */
export function rustLockOutdated(path: string, folder: string, output: string): TenonError {
  return errors.TENON_SOURCE_INVALID({
    message: `${path}: Cargo.lock does not match it: ${output}`,
    subject: path,
    fix: { text: "Update the lock file.", command: `cd ${shellPath(folder)} && cargo generate-lockfile` },
  });
}

/** Cargo cannot read a Cargo.toml. @param output cargo's own words. */
export function rustPackageInvalid(path: string, output: string): TenonError {
  return errors.TENON_SOURCE_INVALID({
    message: `${path}: ${output}`,
    subject: path,
    fix: { text: "Fix Cargo.toml as the message says." },
  });
}
