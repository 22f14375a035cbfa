import { finding } from "../../errors/index.js";
import { versionText } from "../version-text.js";
import { type Cause, isStandard, rebuildPlugin } from "./cause.js";

/** Another release of Go: a patch release is enough, if it touched a package that both hold. */
export const goRelease: Cause = (difference) => {
  const { host, plugin, names } = difference;
  const [theirs, ours] = [versionText(host), versionText(plugin)];
  if (theirs === ours || host.goVersion === undefined || ![...names].some(isStandard)) return [];
  return [
    {
      finding: finding("TENON_GO_VERSION", {
        subject: plugin.path,
        message: `${plugin.path} was built with ${ours}, and the host with ${theirs}`,
        fix: rebuildPlugin(difference, `Build the plugin with ${theirs}.`),
      }),
      explains: isStandard,
    },
  ];
};
