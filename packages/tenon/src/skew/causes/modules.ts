import type { GoModule } from "../../binary/go-metadata/build-info.js";
import { mainModuleShared, moduleContentsDiffer, moduleVersionsDiffer } from "../../errors/factories/skew.js";
import { type Cause, type Difference, type Explanation, isInModule, rebuildCommand, used } from "./cause.js";

/** The main module of one side is a dependency of the other: the same source, compiled under two paths. */
export const mainModules: Cause = (difference) => {
  const { host, plugin } = difference;
  return [
    ...asDependency(difference, host.buildInfo?.main, plugin.buildInfo?.dependencies ?? [], "host"),
    ...asDependency(difference, plugin.buildInfo?.main, host.buildInfo?.dependencies ?? [], "plugin"),
  ];
};

function asDependency(
  difference: Difference,
  main: GoModule | undefined,
  dependencies: readonly GoModule[],
  owner: "host" | "plugin",
): Explanation[] {
  const dependency = main === undefined ? undefined : dependencies.find(({ path }) => path === main.path);
  if (main === undefined || dependency === undefined) return [];
  const concerned = [...difference.names].filter((name) => isInModule(name, main.path));
  if (concerned.length === 0) return [];
  const source = dependency.replace === undefined ? `${main.path}@${dependency.version}` : describe(dependency.replace);
  const about = { owner, module: main.path, used: source, packages: concerned };
  const command = rebuildCommand(difference, " --host-source HOST_SOURCE");
  return [
    {
      finding: mainModuleShared(difference.plugin.path, about, command),
      explains: (name) => isInModule(name, main.path),
    },
  ];
}

/** Both sides use a module, but with different versions, replacements or content. */
export const dependencyVersions: Cause = (difference) => {
  const ofHost = new Map(difference.host.buildInfo?.dependencies.map((each) => [each.path, each]));
  return (difference.plugin.buildInfo?.dependencies ?? []).flatMap((plugin): Explanation[] => {
    const { path } = plugin;
    const host = ofHost.get(path);
    if (host === undefined || isSame(host, plugin)) return [];
    const explains = (name: string) => isInModule(name, path);
    const concerned = [...difference.names].filter(explains);
    if (concerned.length === 0) return [];
    const versions = { host: versionOf(host), plugin: versionOf(plugin) };
    if (versions.host === versions.plugin) {
      const sums = { host: used(host).sum, plugin: used(plugin).sum };
      const finding = moduleContentsDiffer(path, versions.host, sums);
      return [{ finding, rebuildDoesNotHelp: true, explains }];
    }
    const finding = moduleVersionsDiffer(path, versions, concerned, rebuildCommand(difference));
    return [{ finding, rebuildDoesNotHelp: false, explains }];
  });
};

function isSame(left: GoModule, right: GoModule): boolean {
  const [a, b] = [used(left), used(right)];
  return a.path === b.path && a.version === b.version && hasSameSum(a, b);
}

/** Whether the sums of two modules can be equal. Vendored modules have none. */
export function hasSameSum(left: GoModule, right: GoModule): boolean {
  return left.sum === undefined || right.sum === undefined || left.sum === right.sum;
}

function versionOf(module: GoModule): string {
  if (module.replace !== undefined) return `${module.version}, replaced by ${describe(module.replace)}`;
  return module.version;
}

function describe(module: GoModule): string {
  return module.version === "" ? `the folder ${module.path}` : `${module.path}@${module.version}`;
}
