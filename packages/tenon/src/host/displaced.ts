import { isTenonError } from "../errors/index.js";

/** Whether an instance ended because of another plugin in its thread. A plugin cannot make such an error. */
export function isDisplaced(error: unknown): boolean {
  const reason = isTenonError(error, "TENON_PLUGIN_CRASHED") ? error.cause : error;
  return isTenonError(reason, "TENON_PLACE_NEIGHBOUR");
}
