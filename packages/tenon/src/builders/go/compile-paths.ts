import { goFolderNameUnsupported } from "../../errors/factories/go-build.js";
import type { HostFacts } from "./host/host-facts.js";
import { HostFolders } from "./host/host-folders.js";
import type { HostRequirements } from "./host/requirements.js";
import type { ListedModule, ListedPackage } from "./modules/package-list.js";
import { gcflagsForAll } from "./toolchain/build-settings.js";

/**
 * A folder whose sources must be compiled under the path that they had in the host. `plugin.Open` compares file paths, too;
 * the compiler's own -trimpath flag can rewrite them, package by package.
 */
export interface PathRule {
  /** The packages: an import path, or one followed by `/...`. */
  readonly pattern: string;
  /** The folder on this machine. */
  readonly from: string;
  /** The folder in the host: an absolute path, or a module's path if it was built with -trimpath. */
  readonly to: string;
  /** Whether cgo compiles one of its packages: then the go command's own rules must stay in effect, too. */
  readonly hasCgo: boolean;
}

/** Finds the modules of the plugin that would be compiled under different paths than in the host. */
export function pathRules(
  packages: readonly ListedPackage[],
  host: HostFacts,
  required: HostRequirements,
): readonly PathRule[] {
  const rules: PathRule[] = [];
  const folders = new HostFolders(host);
  const modules = new Map(
    [...host.modules, ...(host.main === undefined ? [] : [host.main])].map((module) => [module.path, module]),
  );
  for (const group of byModule(packages)) {
    const module = group[0]?.Module;
    if (module?.Dir === undefined) continue;
    const shared = group.filter(({ ImportPath }) => host.packages?.has(ImportPath) ?? true);
    if (shared.length === 0) continue;
    const known = modules.get(module.Path);
    const root =
      known &&
      folders.rootOf(
        known,
        shared.map(({ ImportPath }) => ImportPath),
      );
    if (root === undefined || root === defaultRootOf(module, required)) continue;
    rules.push({
      pattern: `${module.Path}/...`,
      from: module.Dir,
      to: root,
      hasCgo: group.some(({ CgoFiles }) => CgoFiles !== undefined && CgoFiles.length > 0),
    });
  }
  // The last pattern that matches a package wins, so a module with a longer path comes later.
  return rules.sort((one, other) => one.pattern.length - other.pattern.length);
}

/** Returns the compiler flags for the rules. */
export function pathFlags(rules: readonly PathRule[], required: HostRequirements): string[] {
  const others = gcflagsForAll(required);
  return rules.map(({ pattern, from, to }) => {
    const flag = `-trimpath=${expectUsable(from)}=>${expectUsable(to)}`;
    return `-gcflags=${pattern}=${[others, quoted(flag)].filter((part) => part !== "").join(" ")}`;
  });
}

function byModule(packages: readonly ListedPackage[]): Iterable<ListedPackage[]> {
  const groups = new Map<string, ListedPackage[]>();
  for (const item of packages) {
    if (item.Standard === true || item.Module === undefined) continue;
    const group = groups.get(item.Module.Path);
    if (group === undefined) groups.set(item.Module.Path, [item]);
    else group.push(item);
  }
  return groups.values();
}

/** Returns the path under which the go command would compile the module without a rule. Source: cmd/go/internal/work, Builder.trimPath. */
function defaultRootOf(module: ListedModule, required: HostRequirements): string | undefined {
  if (!required.trimpath) return module.Dir;
  return module.Version === undefined ? module.Path : `${module.Path}@${module.Version}`;
}

/** The compiler splits its rules at ";" and "=>". */
function expectUsable(path: string): string {
  if (!/;|=>|['"]/.test(path)) return path;
  throw goFolderNameUnsupported(path);
}

function quoted(flag: string): string {
  return /\s/.test(flag) ? `'${flag}'` : flag;
}
