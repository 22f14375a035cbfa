import { errors, type TenonError } from "../../../errors/index.js";
import type { HostRequirements } from "../requirements.js";
import type { GoCommand } from "./go-command.js";
import type { ModuleFile } from "./module-file.js";

/** A module that the plugin needs in a newer version than the host has. */
export interface VersionConflict {
  readonly path: string;
  readonly host: string;
  readonly plugin: string;
}

/** Tells each conflict with those who require either version. */
export async function conflictError(
  conflicts: readonly VersionConflict[],
  go: GoCommand,
  file: ModuleFile,
  required: HostRequirements,
): Promise<TenonError> {
  const { code, stdout } = await go.run("mod", "graph", `-modfile=${file.path}`);
  const requirers = requirersIn(code === 0 ? stdout : "");
  const inHost = new Set(required.modules.map(({ path, version }) => `${path}@${version}`));
  const own = new Set<string>();
  const lines = conflicts.map(({ path, host, plugin }) => {
    const forHost = (requirers.get(`${path}@${host}`) ?? []).filter((name) => inHost.has(name));
    const forPlugin = requirers.get(`${path}@${plugin}`) ?? [];
    const hostBy = forHost.length === 0 ? [required.main?.path ?? required.mainPackage] : forHost;
    const others = forPlugin.filter((name) => name !== file.modulePath);
    if (others.length === 0) own.add(path);
    const pluginBy = others.length === 0 ? [file.modulePath] : others;
    return `${path}: host ${host} (required by ${few(hostBy)}), plugin needs ${plugin} (required by ${few(pluginBy)})`;
  });
  const [first] = conflicts;
  const isOwn = conflicts.every(({ path }) => own.has(path));
  return errors.TENON_GO_CONFLICT({
    message: lines.join("\n"),
    subject: first?.path ?? required.host,
    ...(isOwn
      ? {
          fix: {
            text: "Require the host's versions in the plugin, if its source and dependencies are content with them.",
            command: `cd ${go.folder} && go get ${conflicts.map(({ path, host }) => `${path}@${host}`).join(" ")}`,
          },
        }
      : {}),
  });
}

/** By `module@version`: who requires it. Source: `go help mod graph`. */
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

function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}
