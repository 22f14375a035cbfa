import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { runCommand, temporaryIn, type Work } from "../../build/index.js";
import { rustModuleMissing } from "../../errors/factories/rust.js";
import { textOfFile } from "../../runtime/regular-file.js";
import { cargoEnvironment } from "./environment.js";
import { cargoFailure, type Diagnostic, isError, sourceError } from "./messages.js";
import type { RustPackage } from "./package.js";
import { packageFileName } from "./package-file.js";
import { isProgress, stepIn } from "./progress.js";
import { target } from "./toolchain.js";

/** Flags that the result depends on, in addition to the source and the tool chain. */
const buildFlags: readonly string[] = ["--lib", "--release", "--target", target];

/** The flags of a build. With `debug`, the result keeps DWARF. */
export function flagsOf(debug: boolean | undefined): readonly string[] {
  if (debug !== true) return buildFlags;
  return [...buildFlags, "--config", "profile.release.debug=true", "--config", 'profile.release.strip="none"'];
}

const mostLines = 200;
/** Where the digest of the lock file is kept that cargo wrote for this builder. */
const lockRecord = "tenon-lock";

export interface CargoBuild {
  readonly plugin: RustPackage;
  /** Where cargo keeps its output. The folder exists. */
  readonly targetFolder: string;
  readonly debug: boolean | undefined;
  readonly work: Work;
}

export interface CargoResult {
  readonly bytes: Uint8Array;
  /** Absolute paths of files outside of the plugin's folder that went into it, without the registry's, which never change. */
  readonly foreign: readonly string[];
}

/** A line of cargo's output: the fields that are used. Source: The Cargo Book, "External tools". */
interface CargoMessage {
  readonly reason: string;
  readonly manifest_path: string;
  readonly package_id: string;
  readonly target: { readonly kind: readonly string[] };
  readonly filenames: readonly string[];
  readonly message: Diagnostic;
}

/**
 * Lets cargo build a plugin. This runs code: the build scripts and macros of the plugin and of all its dependencies.
 *
 * @throws TENON_SOURCE_INVALID, TENON_TOOLCHAIN_FAILED
 */
export async function buildByCargo({ plugin, targetFolder, debug, work }: CargoBuild): Promise<CargoResult> {
  const { folder, root } = plugin;
  const { signal, progress } = work;
  const manifest = join(folder, packageFileName);
  const lock = join(root, "Cargo.lock");
  const record = join(targetFolder, lockRecord);
  const before = await digestOf(lock);
  // A lock file that only this builder wrote is no decision of the author's: it follows Cargo.toml.
  const isOwn = before === undefined || before === (await textOfFile(record));
  const isLocked = !isOwn;
  const flags = [...flagsOf(debug), ...(isLocked ? ["--locked"] : [])];
  const words = ["build", ...flags, "--message-format", "json", "--target-dir", targetFolder];
  const diagnostics: Diagnostic[] = [];
  const outside: string[] = [];
  const printed: string[] = [];
  let module: string | undefined;
  const read = (line: string) => {
    const message = messageIn(line);
    if (message?.reason === "compiler-message" && isError(message.message)) diagnostics.push(message.message);
    if (message?.reason !== "compiler-artifact") return;
    if (message.manifest_path === manifest) module = message.filenames.find((name) => name.endsWith(".wasm")) ?? module;
    else if (message.package_id.startsWith("path+")) outside.push(message.manifest_path);
  };
  const onErrorLine = (line: string) => {
    const step = stepIn(line);
    if (step !== undefined) progress?.(step);
    // The progress bar would push an early error out of what is kept of the output.
    if (!isProgress(line) && printed.push(line) > mostLines) printed.shift();
  };
  const result = await runCommand("cargo", words, {
    folder,
    environment: { ...cargoEnvironment(), ...temporaryIn(work.folder) },
    signal,
    output: read,
    errorOutput: onErrorLine,
  });
  if (diagnostics.length > 0) throw sourceError(diagnostics, root, folder);
  if (result.code !== 0)
    throw cargoFailure({ ...result, stderr: printed.join("\n") }, folder, `cargo ${words.slice(0, -2).join(" ")}`);
  if (isOwn) await writeFile(record, (await digestOf(lock)) ?? "");
  if (module === undefined) throw rustModuleMissing(manifest);
  const listed = await dependencies(module.replace(/\.wasm$/, ".d"), targetFolder);
  const own = folder + sep;
  const foreign = [...listed, ...outside, join(root, packageFileName), lock].filter((path) => !path.startsWith(own));
  return { bytes: await readFile(module), foreign: [...new Set(foreign)].sort() };
}

function messageIn(line: string): CargoMessage | undefined {
  try {
    return JSON.parse(line) as CargoMessage;
  } catch {
    // Build scripts may print to the same stream.
    return undefined;
  }
}

/** Returns the files in the make rule that cargo writes next to its result, without generated ones. */
async function dependencies(file: string, targetFolder: string): Promise<readonly string[]> {
  const rules = (await textOfFile(file)) ?? "";
  const [, list = ""] = (rules.split("\n")[0] ?? "").split(/:\s/, 2);
  return list
    .split(/(?<!\\)\s+/)
    .map((path) => path.replaceAll("\\ ", " "))
    .filter((path) => path !== "" && !path.startsWith(targetFolder));
}

/** Identifies the content of a lock file; `undefined` if there is none. */
async function digestOf(path: string): Promise<string | undefined> {
  const text = await textOfFile(path);
  return text === undefined ? undefined : createHash("sha256").update(text).digest("hex");
}
