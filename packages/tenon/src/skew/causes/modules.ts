import type { GoModule } from "../../binary/go-metadata/build-info.js";
import { finding } from "../../errors/index.js";
import { type Cause, type Difference, type Explanation, isInModule, listed, rebuildPlugin, used } from "./cause.js";

/** The main module of one side is a dependency of the other: the same source under two paths. */
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
  side: "host" | "plugin",
): Explanation[] {
  const dependency = main === undefined ? undefined : dependencies.find(({ path }) => path === main.path);
  if (main === undefined || dependency === undefined) return [];
  const concerned = [...difference.names].filter((name) => isInModule(name, main.path));
  if (concerned.length === 0) return [];
  const seen = dependency.replace === undefined ? `${main.path}@${dependency.version}` : describe(dependency.replace);
  const [owner, user] = side === "host" ? ["the host", "the plugin"] : ["the plugin", "the host"];
  return [
    {
      finding: finding("TENON_GO_HOST_MODULE", {
        subject: difference.plugin.path,
        message: `${user} uses ${listed(concerned)} from ${seen}, where ${owner} has them in its own main module ${main.path}`,
        fix: rebuildPlugin(
          difference,
          `Build the plugin together with ${owner === "the host" ? "the host's source" : "the host"} in one workspace (--host-source), or move what both use into a module of its own.`,
          " --host-source HOST_SOURCE",
        ),
      }),
      explains: (name) => isInModule(name, main.path),
    },
  ];
}

/** Another version of a module that both use, or another replacement of it. */
export const dependencyVersions: Cause = (difference) => {
  const theirs = new Map(difference.host.buildInfo?.dependencies.map((each) => [each.path, each]));
  return (difference.plugin.buildInfo?.dependencies ?? []).flatMap((ours): Explanation[] => {
    const host = theirs.get(ours.path);
    if (host === undefined || isSame(host, ours)) return [];
    const explains = (name: string) => isInModule(name, ours.path);
    const concerned = [...difference.names].filter(explains);
    if (concerned.length === 0) return [];
    const isSameVersion = versionOf(host) === versionOf(ours);
    return [
      {
        finding: finding("TENON_GO_DEPENDENCY", {
          subject: ours.path,
          message: isSameVersion
            ? `${ours.path}: host and plugin both name ${versionOf(ours)}, but its content differs (${used(host).sum}, ${used(ours).sum})`
            : `${ours.path}: the host uses ${versionOf(host)}, the plugin ${versionOf(ours)} (${listed(concerned)})`,
          fix: isSameVersion
            ? {
                text: `Find out where each side got ${ours.path} from (GOPROXY, a changed module cache), and use one of the two.`,
              }
            : rebuildPlugin(difference, `Build the plugin with the host's version, ${versionOf(host)}.`),
        }),
        isBeyondBuild: isSameVersion,
        explains,
      },
    ];
  });
};

function isSame(left: GoModule, right: GoModule): boolean {
  const [a, b] = [used(left), used(right)];
  return a.path === b.path && a.version === b.version && hasSameSum(a, b);
}

/** Vendored modules have no sum: that tells nothing. */
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
