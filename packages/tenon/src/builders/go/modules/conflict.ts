import type { TenonError } from "../../../errors/error.js";
import { goVersionConflicts } from "../../../errors/factories/go-build.js";
import type { HostRequirements } from "../host/requirements.js";
import type { GoCommand } from "./go-command.js";
import type { ModuleFile } from "./module-file.js";

/** A module that the plugin needs in a newer version than the host has. */
export interface VersionConflict {
  readonly path: string;
  readonly host: string;
  readonly plugin: string;
}

/** Makes the error that lists each conflict with the modules that require either version. */
export async function conflictError(
  conflicts: readonly VersionConflict[],
  go: GoCommand,
  file: ModuleFile,
  required: HostRequirements,
): Promise<TenonError> {
  const { code, stdout } = await go.run("mod", "graph", `-modfile=${file.path}`);
  const requirers = requirersIn(code === 0 ? stdout : "");
  const inHost = new Set(required.modules.map(({ path, version }) => `${path}@${version}`));
  let isOwn = true;
  const explained = conflicts.map(({ path, host, plugin }) => {
    const forHost = (requirers.get(`${path}@${host}`) ?? []).filter((name) => inHost.has(name));
    const forPlugin = requirers.get(`${path}@${plugin}`) ?? [];
    const others = forPlugin.filter((name) => name !== file.modulePath);
    if (others.length > 0) isOwn = false;
    return {
      ...{ path, host, plugin },
      hostRequiredBy: forHost.length === 0 ? [required.main?.path ?? required.mainPackage] : forHost,
      pluginRequiredBy: others.length === 0 ? [file.modulePath] : others,
    };
  });
  return goVersionConflicts(explained, required.host, isOwn ? go.folder : undefined);
}

/** Returns who requires a module, by `module@version`. Source: `go help mod graph`. */
function requirersIn(graph: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of graph.split("\n")) {
    const [from, to] = line.split(" ");
    if (from === undefined || to === undefined) continue;
    const known = found.get(to);
    if (known === undefined) found.set(to, [from]);
    else known.push(from);
  }
  return found;
}
