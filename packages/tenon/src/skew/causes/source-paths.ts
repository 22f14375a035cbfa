import { finding } from "../../errors/index.js";
import { type Cause, type Difference, isStandard, listed, rebuildPlugin } from "./cause.js";
import { foldersOf, isTrimmed, namesOf, sourcesOf } from "./evidence.js";

/** The same files from another folder: another copy, module cache or vendor folder. Seen only without -trimpath. */
export const sourceFolders: Cause = (difference) => {
  const { host, plugin } = difference;
  const moved = [...difference.names].flatMap((name) => {
    const [theirs, ours] = [foldersOf(sourcesOf(host, name)), foldersOf(sourcesOf(plugin, name))];
    const isApart = theirs.length > 0 && ours.length > 0 && !theirs.some((folder) => ours.includes(folder));
    return isApart ? [{ name, theirs: theirs[0] ?? "", ours: ours[0] ?? "" }] : [];
  });
  const [first] = moved;
  if (first === undefined || isTrimmed(host) !== isTrimmed(plugin)) return [];
  // A package that leaves no function in a program tells no folder; it moved with the others.
  const silent = [...difference.names].filter(
    (name) => !isStandard(name) && (sourcesOf(host, name).length === 0 || sourcesOf(plugin, name).length === 0),
  );
  const names = new Set([...moved.map(({ name }) => name), ...silent]);
  const kind = [first.theirs, first.ours].some((folder) => /(^|\/)vendor\//.test(folder))
    ? " (vendored on one side)"
    : "";
  return [
    {
      finding: finding("TENON_GO_BUILD_PATH", {
        subject: plugin.path,
        message: `${listed(names)} ${names.size === 1 ? "was" : "were"} compiled from other folders${kind}: ${first.name} from ${first.theirs} for the host, from ${first.ours} for the plugin`,
        fix: rebuildPlugin(difference, "Build the plugin from the host's folders, or better both with -trimpath."),
      }),
      explains: (name) => names.has(name),
    },
  ];
};

const mostNamed = 5;

/** Build tags, and cgo, choose other files of the same package. */
export const chosenFiles: Cause = (difference) => {
  const { host, plugin } = difference;
  const [theirs, ours] = [tags(host.setting("-tags")), tags(plugin.setting("-tags"))];
  if (plugin.buildInfo === undefined || theirs === ours) return [];
  const concerned = affectedPackages(difference);
  if (concerned.length === 0) return [];
  return [
    {
      finding: finding("TENON_GO_TAGS", {
        subject: plugin.path,
        message: `host and plugin were built with other tags: the host with -tags=${theirs || "(none)"}, the plugin with -tags=${ours || "(none)"}${concerned.length > mostNamed ? "" : `, which changes ${listed(concerned, mostNamed)}`}`,
        fix: rebuildPlugin(difference, `Build the plugin with the host's -tags.`),
      }),
      explains: (name) => concerned.includes(name),
    },
  ];
};

function affectedPackages({ host, plugin, names }: Difference): string[] {
  const different = [...names].filter((name) => {
    const [theirs, ours] = [namesOf(sourcesOf(host, name)), namesOf(sourcesOf(plugin, name))];
    return [...ours].some((file) => !theirs.has(file)) || [...theirs].some((file) => !ours.has(file));
  });
  // What a package leaves in the program depends on what is used of it; where no file tells, the tags are the likeliest.
  return different.length > 0 ? different : [...names].filter(isStandard);
}

function tags(setting: string | undefined): string {
  return [...new Set((setting ?? "").split(",").filter((tag) => tag !== ""))].sort().join(",");
}
