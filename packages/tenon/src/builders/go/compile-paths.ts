import { errors } from "../../errors/index.js";
import { gcflagsForAll } from "./build-settings.js";
import type { HostFacts } from "./host-facts.js";
import { HostFolders } from "./host-folders.js";
import type { ListedModule, ListedPackage } from "./modules/package-list.js";
import type { HostRequirements } from "./requirements.js";

/**
 * A folder whose sources must be compiled under the path that they had in the host. File paths are part of what
 * `plugin.Open` compares; the compiler's own -trimpath flag can rewrite them, package by package.
 */
export interface PathRule {
  /** Which packages: an import path, or one with `/...` behind it. */
  readonly pattern: string;
  /** The folder on this machine. */
  readonly from: string;
  /** What the host was compiled with: an absolute folder, or a module's path with -trimpath. */
  readonly to: string;
  /** Whether cgo compiles a package of it; then the go command's own rules must be kept beside this one. */
  readonly hasCgo: boolean;
}

/** Finds out which modules of the plugin would be compiled under other paths than in the host. */
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
    if (root === undefined || root === plainRootOf(module, required)) continue;
    rules.push({
      pattern: `${module.Path}/...`,
      from: module.Dir,
      to: root,
      hasCgo: group.some(({ CgoFiles }) => CgoFiles !== undefined && CgoFiles.length > 0),
    });
  }
  // The last pattern that matches a package counts: a module inside of another one's path comes later.
  return rules.sort((one, other) => one.pattern.length - other.pattern.length);
}

/** The compiler flags that carry the rules. */
export function pathFlags(rules: readonly PathRule[], required: HostRequirements): string[] {
  const others = gcflagsForAll(required);
  return rules.map(({ pattern, from, to }) => {
    const flag = `-trimpath=${expectPlain(from)}=>${expectPlain(to)}`;
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

/** What the go command would compile the module under by itself. Source: cmd/go/internal/work, Builder.trimPath. */
function plainRootOf(module: ListedModule, required: HostRequirements): string | undefined {
  if (!required.trimpath) return module.Dir;
  return module.Version === undefined ? module.Path : `${module.Path}@${module.Version}`;
}

/** The compiler splits its rules at ";" and "=>". */
function expectPlain(path: string): string {
  if (!/;|=>|['"]/.test(path)) return path;
  throw errors.TENON_GO_BUILD_PATH({
    message: `the folder ${path} cannot be given to the compiler, as its name holds ";", "=>" or a quotation mark`,
    subject: path,
    fix: { text: "Move the source to a folder with a plain name." },
  });
}

function quoted(flag: string): string {
  return /\s/.test(flag) ? `'${flag}'` : flag;
}
