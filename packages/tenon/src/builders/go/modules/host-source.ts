import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { HostFacts, HostModule } from "../host/host-facts.js";
import { HostFolders } from "../host/host-folders.js";
import type { ModuleFile } from "./module-file.js";
import { modulePathOf } from "./plugin-module.js";

/**
 * Finds the folder of the host's main module on this machine: the one that the author names, the plugin's go.mod replaces it
 * with, or the host was compiled in. Returns `undefined` if there is none.
 */
export async function hostSourceFor(
  host: HostFacts,
  file: ModuleFile,
  named: string | undefined,
): Promise<string | undefined> {
  const { main } = host;
  if (main === undefined) return undefined;
  if (named !== undefined) return named;
  const own = file.replacementsOf(main.path).find(({ New }) => New.Version === undefined);
  if (own !== undefined) return own.New.Path;
  const folder = localFolderOf(host, main);
  return folder !== undefined && (await modulePathOf(folder)) === main.path ? folder : undefined;
}

/** Returns the folder that a module of the host was compiled in, if it is absolute and has a go.mod on this machine. */
export function localFolderOf(host: HostFacts, module: HostModule): string | undefined {
  const folder = new HostFolders(host).rootOf(module);
  return folder !== undefined && isAbsolute(folder) && existsSync(join(folder, "go.mod")) ? folder : undefined;
}
