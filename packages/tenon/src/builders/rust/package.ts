import { dirname, join } from "node:path";
import { runCommand } from "../../build/index.js";
import { rustLibraryMissing } from "../../errors/factories/rust.js";
import { cargoEnvironment } from "./environment.js";
import { cargoFailure } from "./messages.js";
import { packageFileName } from "./package-file.js";

/** A plugin's package, as cargo reads it. */
export interface RustPackage {
  readonly folder: string;
  /** The folder of its workspace, where the lock file is. */
  readonly root: string;
  /** The name of its library, and of the file that cargo builds. */
  readonly library: string;
}

/** Source: The Cargo Book, "cargo metadata". */
interface Metadata {
  readonly workspace_root: string;
  readonly packages: readonly {
    readonly manifest_path: string;
    readonly targets: readonly { readonly name: string; readonly crate_types: readonly string[] }[];
  }[];
}

/**
 * Lets cargo read a package. This runs none of its code.
 *
 * @throws TENON_SOURCE_INVALID, TENON_TOOLCHAIN_FAILED
 */
export async function readPackage(folder: string, signal: AbortSignal | undefined): Promise<RustPackage> {
  const words = ["metadata", "--no-deps", "--format-version", "1"];
  const result = await runCommand("cargo", words, { folder, environment: cargoEnvironment(), signal });
  if (result.code !== 0) throw cargoFailure(result, folder, `cargo ${words.join(" ")}`);
  const manifest = join(folder, packageFileName);
  const { packages, workspace_root: root } = JSON.parse(result.stdout) as Metadata;
  const targets = packages.find(({ manifest_path: path }) => path === manifest)?.targets ?? [];
  const library = targets.find(({ crate_types: types }) => types.includes("cdylib"))?.name;
  if (library !== undefined) return { folder: dirname(manifest), root, library };
  throw rustLibraryMissing(manifest);
}
