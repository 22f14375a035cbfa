import { releaseDiffers } from "../../errors/factories/skew.js";
import { versionText } from "../program/version-text.js";
import { type Cause, isStandard, rebuildCommand } from "./cause.js";

/** Another release of Go. A patch release is enough if it changed a package that both sides contain. */
export const goRelease: Cause = (difference) => {
  const { host, plugin, names } = difference;
  const releases = { host: versionText(host), plugin: versionText(plugin) };
  if (releases.host === releases.plugin || host.goVersion === undefined || ![...names].some(isStandard)) return [];
  return [{ finding: releaseDiffers(plugin.path, releases, rebuildCommand(difference)), explains: isStandard }];
};
