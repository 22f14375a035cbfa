import { moduleSkew, releaseDiffersHarmlessly, revisionSkew, settingDiffers } from "../../errors/factories/skew.js";
import type { Finding } from "../../errors/index.js";
import type { GoProgram } from "../program/go-program.js";
import { isInModule, used } from "./cause.js";
import { hasSameSum } from "./modules.js";

/** Settings that do not change what plugin.Open compares. */
const ignoredSettings = [
  "-ldflags",
  "-asmflags",
  "GOAMD64",
  "GOARM64",
  "CGO_CFLAGS",
  "CGO_CPPFLAGS",
  "CGO_CXXFLAGS",
  "CGO_LDFLAGS",
  "-tags",
  "-gcflags",
];

/** Returns the differences that plugin.Open does not notice: a warning if the two sides run different code, else a note. */
export function unnoticedDifferences(host: GoProgram, plugin: GoProgram): Finding[] {
  return [
    ...skewedModules(host, plugin),
    ...skewedRevisions(host, plugin),
    ...differingSettings(host, plugin),
    ...differingReleases(host, plugin),
  ];
}

function skewedModules(host: GoProgram, plugin: GoProgram): Finding[] {
  const ofHost = new Map(host.buildInfo?.dependencies.map((each) => [each.path, each]));
  const packages = plugin.packageHashes?.packages.map(({ name }) => name) ?? [];
  return (plugin.buildInfo?.dependencies ?? []).flatMap((dependency) => {
    const { path } = dependency;
    const other = ofHost.get(path);
    const [a, b] = [used(dependency), other === undefined ? undefined : used(other)];
    if (b === undefined || (a.path === b.path && a.version === b.version && hasSameSum(a, b))) return [];
    const shared = packages.filter((name) => isInModule(name, path));
    if (shared.length === 0) return [];
    const versions = { host: b.version || b.path, plugin: a.version || a.path };
    return [moduleSkew(plugin.path, path, versions, shared)];
  });
}

function skewedRevisions(host: GoProgram, plugin: GoProgram): Finding[] {
  const [main, own] = [host.buildInfo?.main?.path, plugin.buildInfo?.main?.path];
  const [ofHost, ofPlugin] = [revision(host), revision(plugin)];
  if (main === undefined || main !== own) return [];
  if (ofHost === undefined || ofPlugin === undefined || ofHost === ofPlugin) return [];
  return [revisionSkew(plugin.path, main, { host: ofHost, plugin: ofPlugin })];
}

function revision(program: GoProgram): string | undefined {
  const at = program.setting("vcs.revision");
  return at === undefined ? undefined : `${at}${program.setting("vcs.modified") === "true" ? " (modified)" : ""}`;
}

function differingSettings(host: GoProgram, plugin: GoProgram): Finding[] {
  if (plugin.buildInfo === undefined || host.buildInfo === undefined) return [];
  return ignoredSettings.flatMap((name) => {
    const values = { host: host.setting(name) ?? "", plugin: plugin.setting(name) ?? "" };
    return values.host === values.plugin ? [] : [settingDiffers(plugin.path, name, values)];
  });
}

function differingReleases(host: GoProgram, plugin: GoProgram): Finding[] {
  const [ofHost, ofPlugin] = [host.goVersion, plugin.goVersion];
  if (ofHost === undefined || ofPlugin === undefined || ofHost === ofPlugin) return [];
  return [releaseDiffersHarmlessly(plugin.path, { host: ofHost, plugin: ofPlugin })];
}
