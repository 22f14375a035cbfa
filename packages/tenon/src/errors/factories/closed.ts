import type { TenonError } from "../error.js";
import { errors } from "../errors.js";

/** The plugin, or an instance of it, was closed while something still used it. */
export function pluginClosed(name: string): TenonError {
  return errors.TENON_PLUGIN_CLOSED({ message: `plugin ${name} is closed`, subject: name });
}

/** The instance that an object belongs to has ended: by a swap, a crash, or because the plugin rested. */
export function resourceClosed(
  resource: string,
  name: string,
  departure: "swapped" | "restarted" | "rested",
): TenonError {
  return errors.TENON_RESOURCE_GONE({
    message: `this ${resource} can no longer be used: it belongs to an instance of plugin ${name} that was ${departureText[departure]}`,
    subject: resource,
  });
}

const departureText = {
  swapped: "replaced by a swap",
  restarted: "lost in a crash",
  rested: "ended while the plugin was idle",
} as const;

/** The other side of a connection closed its only plugin. */
export function instanceClosed(): TenonError {
  return errors.TENON_PLUGIN_CLOSED("the plugin is closed");
}

/** The host asks something of a plugin before it asked to load one. */
export function nothingLoaded(): TenonError {
  return errors.TENON_PLUGIN_CLOSED("no plugin is loaded");
}
