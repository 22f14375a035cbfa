import { foldersDiffer, tagsDiffer } from "../../errors/factories/skew.js";
import { foldersOf, isTrimmed, namesOf, sourcesOf } from "./build-evidence.js";
import { type Cause, type Difference, isStandard, rebuildCommand } from "./cause.js";

/** The same files in another folder: another copy, module cache or vendor folder. Matters only without -trimpath. */
export const sourceFolders: Cause = (difference) => {
  const { host, plugin } = difference;
  const moved = [...difference.names].flatMap((name) => {
    const [ofHost, ofPlugin] = [foldersOf(sourcesOf(host, name)), foldersOf(sourcesOf(plugin, name))];
    const isApart = ofHost.length > 0 && ofPlugin.length > 0 && !ofHost.some((folder) => ofPlugin.includes(folder));
    return isApart ? [{ name, host: ofHost[0] ?? "", plugin: ofPlugin[0] ?? "" }] : [];
  });
  const [first] = moved;
  if (first === undefined || isTrimmed(host) !== isTrimmed(plugin)) return [];
  // The folder of a package without functions in the program is unknown; assume that it moved with the others.
  const withoutFolder = [...difference.names].filter(
    (name) => !isStandard(name) && (sourcesOf(host, name).length === 0 || sourcesOf(plugin, name).length === 0),
  );
  const names = new Set([...moved.map(({ name }) => name), ...withoutFolder]);
  const isVendored = [first.host, first.plugin].some((folder) => /(^|\/)vendor\//.test(folder));
  return [
    {
      finding: foldersDiffer(plugin.path, [...names], { ...first, isVendored }, rebuildCommand(difference)),
      explains: (name) => names.has(name),
    },
  ];
};

/** Build tags and cgo select different files of the same package. */
export const chosenFiles: Cause = (difference) => {
  const { host, plugin } = difference;
  const [ofHost, ofPlugin] = [tags(host.setting("-tags")), tags(plugin.setting("-tags"))];
  if (plugin.buildInfo === undefined || ofHost === ofPlugin) return [];
  const concerned = affectedPackages(difference);
  if (concerned.length === 0) return [];
  const settings = { host: ofHost, plugin: ofPlugin };
  return [
    {
      finding: tagsDiffer(plugin.path, settings, concerned, rebuildCommand(difference)),
      explains: (name) => concerned.includes(name),
    },
  ];
};

function affectedPackages({ host, plugin, names }: Difference): string[] {
  const different = [...names].filter((name) => {
    const [ofHost, ofPlugin] = [namesOf(sourcesOf(host, name)), namesOf(sourcesOf(plugin, name))];
    return [...ofPlugin].some((file) => !ofHost.has(file)) || [...ofHost].some((file) => !ofPlugin.has(file));
  });
  // Which files of a package are in a program depends on what it uses; without other evidence, blame the tags.
  return different.length > 0 ? different : [...names].filter(isStandard);
}

function tags(setting: string | undefined): string {
  return [...new Set((setting ?? "").split(",").filter((tag) => tag !== ""))].sort().join(",");
}
