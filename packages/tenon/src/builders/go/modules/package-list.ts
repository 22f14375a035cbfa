import type { HostRequirements } from "../host/requirements.js";
import { minorOf } from "../toolchain/build-settings.js";
import type { GoCommand } from "./go-command.js";
import { goFailure } from "./go-failure.js";

/** A module in the output of `go list`. */
export interface ListedModule {
  readonly Path: string;
  readonly Version?: string;
  readonly Dir?: string;
  readonly Main?: boolean;
  readonly Replace?: { readonly Path: string; readonly Version?: string; readonly Dir?: string };
}

/** A package of the plugin's build in the output of `go list`. */
export interface ListedPackage {
  readonly ImportPath: string;
  readonly Name: string;
  readonly Dir: string;
  readonly Standard?: boolean;
  readonly DepOnly?: boolean;
  readonly CgoFiles?: readonly string[];
  readonly Module?: ListedModule;
}

/**
 * Lists every package that goes into the plugin, dependencies first. Completes the module file as a side effect.
 *
 * @throws TENON_GO_BUILD_FAILED, TENON_GO_MODULE_UNAVAILABLE and the other codes of goFailure
 */
export async function listPackages(
  go: GoCommand,
  flags: readonly string[],
  required: HostRequirements,
): Promise<ListedPackage[]> {
  const fields =
    minorOf(go.toolchain.release) >= 19 ? "-json=ImportPath,Name,Dir,Standard,DepOnly,CgoFiles,Module" : "-json";
  const { code, stdout, stderr } = await go.run("list", ...flags, "-deps", fields, ".");
  if (code !== 0) throw goFailure(stderr, go.folder, required);
  return readDocuments<ListedPackage>(stdout);
}

/** Reads consecutive JSON objects as the go command prints them: each ends with a brace at the start of a line. */
export function readDocuments<T>(text: string): T[] {
  return text
    .split(/(?<=^\})\r?\n/m)
    .filter((document) => document.trim() !== "")
    .map((document) => JSON.parse(document) as T);
}
