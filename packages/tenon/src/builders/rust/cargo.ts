import { readFile, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { errors } from "../../errors/index.js";
import { runCommand } from "../../runtime/command.js";
import type { ModuleBuildOptions } from "../../runtime/module-builder.js";
import { cargoEnvironment } from "./environment.js";
import { cargoFailure, type Diagnostic, isError, sourceError } from "./messages.js";
import type { RustPackage } from "./package.js";
import { packageFileName } from "./package-file.js";
import { target } from "./toolchain.js";

/** What decides about the result besides the source and the tool chain. */
export const buildFlags: readonly string[] = ["--lib", "--release", "--target", target];

export interface CargoBuild {
  readonly plugin: RustPackage;
  /** Where cargo keeps what it makes; it exists. */
  readonly targetFolder: string;
  readonly options: ModuleBuildOptions;
}

export interface CargoResult {
  readonly bytes: Uint8Array;
  /** Absolute paths of files outside of the plugin's folder that went into it; the registry's, which never change, aside. */
  readonly foreign: readonly string[];
}

/** A line of cargo's output, as far as it is used. Source: The Cargo Book, "External tools". */
interface CargoMessage {
  readonly reason: string;
  readonly manifest_path: string;
  readonly package_id: string;
  readonly target: { readonly kind: readonly string[] };
  readonly filenames: readonly string[];
  readonly message: Diagnostic;
}

/**
 * Has cargo build a plugin. This runs code: the build scripts and macros of the plugin and of all that it depends on.
 *
 * @throws TENON_SOURCE_INVALID, TENON_TOOLCHAIN_FAILED
 */
export async function buildByCargo({ plugin, targetFolder, options }: CargoBuild): Promise<CargoResult> {
  const { folder, root } = plugin;
  const { signal, progress } = options;
  const manifest = join(folder, packageFileName);
  const lock = join(root, "Cargo.lock");
  const isLocked = await isFile(lock);
  const flags = [...buildFlags, ...(isLocked ? ["--locked"] : [])];
  const words = ["build", ...flags, "--message-format", "json", "--target-dir", targetFolder];
  const diagnostics: Diagnostic[] = [];
  const outside: string[] = [];
  let module: string | undefined;
  const read = (line: string) => {
    const message = messageIn(line);
    if (message?.reason === "compiler-message" && isError(message.message)) diagnostics.push(message.message);
    if (message?.reason !== "compiler-artifact") return;
    if (message.manifest_path === manifest) module = message.filenames.find((name) => name.endsWith(".wasm")) ?? module;
    else if (message.package_id.startsWith("path+")) outside.push(message.manifest_path);
  };
  const said = (line: string) => {
    const step = /^\s*(?:Compiling|Downloading|Downloaded|Updating|Blocking) .*/.exec(line)?.[0].trim();
    if (step !== undefined) progress?.(`cargo: ${step.charAt(0).toLowerCase()}${step.slice(1)}`);
  };
  const result = await runCommand("cargo", words, {
    folder,
    environment: cargoEnvironment(),
    signal,
    output: read,
    errorOutput: said,
  });
  if (diagnostics.length > 0) throw sourceError(diagnostics, root, folder);
  if (result.code !== 0) throw cargoFailure(result, folder, `cargo ${words.slice(0, -2).join(" ")}`);
  if (module === undefined) {
    throw errors.TENON_SOURCE_INVALID({
      message: `${manifest}: cargo built no WebAssembly file of it`,
      subject: manifest,
      fix: { text: 'Add: [lib] crate-type = ["cdylib"]' },
    });
  }
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

/** The files in the rule of make that cargo leaves beside its result, but for those that were generated. */
async function dependencies(file: string, targetFolder: string): Promise<readonly string[]> {
  const rules = await readFile(file, "utf8").catch(() => "");
  const [, list = ""] = (rules.split("\n")[0] ?? "").split(/:\s/, 2);
  return list
    .split(/(?<!\\)\s+/)
    .map((path) => path.replaceAll("\\ ", " "))
    .filter((path) => path !== "" && !path.startsWith(targetFolder));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
