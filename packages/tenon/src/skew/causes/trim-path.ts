import { trimPathDiffers } from "../../errors/factories/skew.js";
import { isTrimmed } from "./build-evidence.js";
import { type Cause, onlySide, rebuildCommand } from "./cause.js";

/** -trimpath on one side only: nearly every package differs. */
export const trimPath: Cause = (difference) => {
  const { host, plugin } = difference;
  const [ofHost, ofPlugin] = [isTrimmed(host), isTrimmed(plugin)];
  if (ofHost === undefined || ofPlugin === undefined || ofHost === ofPlugin) return [];
  const finding = trimPathDiffers(plugin.path, onlySide(ofHost), rebuildCommand(difference));
  return [{ finding, explains: () => true }];
};
