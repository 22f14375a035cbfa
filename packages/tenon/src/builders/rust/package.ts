import { dirname, join } from "node:path";
import { errors } from "../../errors/index.js";
import { runCommand } from "../../runtime/command.js";
import { cargoEnvironment } from "./environment.js";
import { cargoFailure } from "./messages.js";
import { packageFileName } from "./package-file.js";

/** What cargo says of a plugin's package. */
export interface RustPackage {
  readonly folder: string;
  /** The folder of its workspace: that of the lock file. */
  readonly root: string;
  /** The name of its library, which is that of the file that cargo makes. */
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
 * Has cargo read a package; it runs nothing of it.
 *
 * @throws TENON_SOURCE_INVALID, TENON_TOOLCHAIN_FAILED
 */
export async function readPackage(folder: string, signal: AbortSignal | undefined): Promise<RustPackage> {
  const words = ["metadata", "--no-deps", "--format-version", "1"];
  let output = "";
  const read = (line: string) => {
    output += line;
  };
  const result = await runCommand("cargo", words, { folder, environment: cargoEnvironment(), signal, output: read });
  if (result.code !== 0) throw cargoFailure(result, folder, `cargo ${words.join(" ")}`);
  const manifest = join(folder, packageFileName);
  const { packages, workspace_root: root } = JSON.parse(output) as Metadata;
  const targets = packages.find(({ manifest_path: path }) => path === manifest)?.targets ?? [];
  const library = targets.find(({ crate_types: types }) => types.includes("cdylib"))?.name;
  if (library !== undefined) return { folder: dirname(manifest), root, library };
  throw errors.TENON_SOURCE_INVALID({
    message: `${manifest}: cargo knows no library of the crate type cdylib in it`,
    subject: manifest,
    fix: { text: 'Add: [lib] crate-type = ["cdylib"]' },
  });
}
