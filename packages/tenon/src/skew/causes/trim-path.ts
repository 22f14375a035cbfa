import { finding } from "../../errors/index.js";
import { type Cause, rebuildPlugin } from "./cause.js";
import { isTrimmed } from "./evidence.js";

/** -trimpath on one side only: nearly every package differs. */
export const trimPath: Cause = (difference) => {
  const { host, plugin } = difference;
  const [theirs, ours] = [isTrimmed(host), isTrimmed(plugin)];
  if (theirs === undefined || ours === undefined || theirs === ours) return [];
  const [withIt, without] = theirs ? ["the host", "the plugin"] : ["the plugin", "the host"];
  return [
    {
      finding: finding("TENON_GO_TRIMPATH", {
        subject: plugin.path,
        message: `${withIt} was built with -trimpath, and ${without} was not`,
        fix: rebuildPlugin(
          difference,
          theirs
            ? "Build the plugin with -trimpath."
            : "Build the plugin without -trimpath and from the host's paths, or better both with -trimpath.",
        ),
      }),
      explains: () => true,
    },
  ];
};
