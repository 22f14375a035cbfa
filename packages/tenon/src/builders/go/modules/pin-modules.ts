import { isAbsolute, resolve } from "node:path";
import semver from "semver";
import { goModulesUnsettled, goReplacedLocally, goReplacementIgnored } from "../../../errors/factories/go-build.js";
import type { Finding } from "../../../errors/finding.js";
import { type HostFacts, type HostModule, isPublished } from "../host/host-facts.js";
import type { HostRequirements } from "../host/requirements.js";
import { conflictError, type VersionConflict } from "./conflict.js";
import type { GoCommand } from "./go-command.js";
import { hostSourceFor, localFolderOf } from "./host-source.js";
import type { ModuleFile } from "./module-file.js";
import { type ListedPackage, listPackages } from "./package-list.js";

/** A module whose version or source was changed to the host's. */
export interface Pin {
  readonly path: string;
  /** The host's version, or the folder that the source comes from. */
  readonly version: string;
  /** What the plugin would have used otherwise. */
  readonly instead: string | undefined;
}

export interface PinnedModules {
  readonly packages: readonly ListedPackage[];
  readonly pins: readonly Pin[];
  readonly findings: readonly Finding[];
}

// Each round pins at least one module. No real build has this many shared modules.
const mostRounds = 1000;

/**
 * Changes every module that plugin and host have in common to the host's version and source, in the module file, until nothing
 * changes. Modules of the host that the plugin does not use are ignored: their source may not be available.
 *
 * @throws TENON_GO_CONFLICT if the plugin needs a newer version than the host has; what listPackages throws
 */
export async function pinModules(about: {
  readonly go: GoCommand;
  readonly file: ModuleFile;
  readonly flags: readonly string[];
  readonly host: HostFacts;
  readonly required: HostRequirements;
  /** The folder of the host's main module, if the author names it. */
  readonly hostSource: string | undefined;
}): Promise<PinnedModules> {
  const { go, file, flags, host, required } = about;
  const modules = new Map(host.modules.map((module) => [module.path, module]));
  const pins = new Map<string, Pin>();
  const findings: Finding[] = [];
  const flagsOfList = [`-modfile=${file.path}`, ...flags];
  if (about.hostSource !== undefined && required.main !== undefined && required.main.path !== file.modulePath)
    if (file.requirementOf(required.main.path) !== undefined || file.replacementsOf(required.main.path).length > 0)
      file.replace(required.main.path, about.hostSource);
  await adoptReplacements();
  for (let round = 0; round < mostRounds; round++) {
    await file.save();
    const packages = await listPackages(go, flagsOfList, required);
    const used = usedModules(packages);
    let isChanged = false;
    for (const [path, { version }] of used) {
      if (pins.has(path)) continue;
      const pin = path === required.main?.path ? await pinMain(version) : pinDependency(modules.get(path), version);
      if (pin === undefined) continue;
      pins.set(path, pin);
      isChanged = true;
    }
    if (isChanged) continue;
    const conflicts = conflictsIn(used, modules, packages, host);
    if (conflicts.length > 0) throw await conflictError(conflicts, go, file, required);
    return { packages, pins: [...pins.values()], findings };
  }
  throw goModulesUnsettled(go.folder, mostRounds);

  /** Drops replacements in the plugin's go.mod that the host does not have. The host's replacements apply. */
  async function adoptReplacements(): Promise<void> {
    for (const { path, replace } of modules.values()) {
      const own = file.replacementsOf(path);
      if (own.length === 0 || replace !== undefined) continue;
      if (own.every(({ New }) => New.Path === path && New.Version === modules.get(path)?.version)) continue;
      file.dropReplacements(path);
      findings.push(goReplacementIgnored(path, own[0]?.New.Path ?? ""));
    }
  }

  async function pinMain(version: string | undefined): Promise<Pin> {
    const main = required.main as HostModule;
    const folder = await hostSourceFor(host, file, about.hostSource);
    if (folder !== undefined) {
      file.replace(main.path, folder);
      return { path: main.path, version: folder, instead: version };
    }
    if (isPublished(main.version) && version !== undefined && isOlder(version, main.version))
      file.require(main.path, main.version);
    return { path: main.path, version: main.version, instead: version };
  }

  function pinDependency(module: HostModule | undefined, version: string | undefined): Pin | undefined {
    if (module === undefined) return undefined;
    const { path, replace } = module;
    if (version === undefined || isOlder(version, module.version)) file.require(path, module.version);
    if (replace !== undefined) return pinReplaced(module, replace, version);
    return { path, version: module.version, instead: version };
  }

  function pinReplaced(module: HostModule, replace: HostModule, version: string | undefined): Pin {
    const { path } = module;
    if (isPublished(replace.version)) {
      const by = `${replace.path}@${replace.version}`;
      file.replace(path, by);
      return { path, version: by, instead: version };
    }
    const source = about.hostSource;
    const folder =
      source !== undefined
        ? isAbsolute(replace.path)
          ? replace.path
          : resolve(source, replace.path)
        : (ownFolder(path) ?? localFolderOf(host, module));
    if (folder === undefined) {
      findings.push(goReplacedLocally(path, replace.path, module.version));
      return { path, version: module.version, instead: version };
    }
    file.replace(path, folder);
    return { path, version: folder, instead: version };
  }

  function ownFolder(path: string): string | undefined {
    const [own] = file.replacementsOf(path);
    return own !== undefined && own.New.Version === undefined ? own.New.Path : undefined;
  }
}

/** Returns the modules that packages of the plugin come from, without the plugin's own. */
function usedModules(packages: readonly ListedPackage[]): Map<string, { version: string | undefined }> {
  const used = new Map<string, { version: string | undefined }>();
  for (const { Module } of packages)
    if (Module !== undefined && Module.Main !== true) used.set(Module.Path, { version: Module.Version });
  return used;
}

function conflictsIn(
  used: ReadonlyMap<string, { version: string | undefined }>,
  modules: ReadonlyMap<string, HostModule>,
  packages: readonly ListedPackage[],
  host: HostFacts,
): VersionConflict[] {
  const conflicts: VersionConflict[] = [];
  for (const [path, { version }] of used) {
    const module = modules.get(path);
    if (module === undefined || version === undefined || version === module.version) continue;
    const shared = packages.filter(
      ({ Module, ImportPath }) => Module?.Path === path && (host.packages?.has(ImportPath) ?? true),
    );
    if (shared.length > 0) conflicts.push({ path, host: module.version, plugin: version });
  }
  return conflicts;
}

function isOlder(version: string, than: string): boolean {
  const [one, other] = [semver.parse(version.slice(1)), semver.parse(than.slice(1))];
  return one !== null && other !== null && semver.compareBuild(one, other) < 0;
}
