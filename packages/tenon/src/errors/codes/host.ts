/** Codes of the host: lifecycle, supervision, extension points, options. */
export const hostCodes = {
  TENON_OPTION_INVALID: {
    title: "An option is not valid",
    cause: "The host's code passed an option that does not exist or has the wrong type.",
    fix: "Correct the option that the message names.",
  },
  TENON_PLUGIN_CLOSED: {
    title: "The plugin is closed",
    cause: "close() was called, or the host was closed.",
    fix: "Open the plugin again.",
  },
  TENON_PLUGIN_CRASHED: {
    title: "The plugin crashed",
    cause: "Its thread or process ended, or it stopped answering and was ended.",
    fix: "See `cause` and the plugin's log. The host restarts it with back-off unless restart is off.",
  },
  TENON_CIRCUIT_OPEN: {
    title: "The plugin crashed too often and is not restarted for now",
    cause: "More crashes than supervision.crashes within supervision.window.",
    fix: "Correct the plugin and swap it in, or wait until the circuit closes.",
  },
  TENON_LOAD_FAILED: {
    title: "The plugin failed while loading",
    cause: "Its top-level code or its activation raised an exception, or ended the process.",
    fix: "See `pluginStack`; code that runs at load must not fail.",
  },
  TENON_LOAD_DEADLINE: {
    title: "The plugin did not finish loading in time",
    cause: "Its top-level code waits or loops.",
    fix: "Move slow work into a function, or raise limits.load.",
  },
  TENON_HEALTH_FAILED: {
    title: "The plugin reported that it is not healthy",
    cause: "Its health check threw or answered false.",
    fix: "See `cause`; a swap is rolled back and the old instance goes on.",
  },
  TENON_STATE_FAILED: {
    title: "The plugin's state could not be migrated",
    cause: "Saving or restoring threw, or the state is not JSON.",
    fix: "See `cause`; the swap is rolled back and the old instance goes on.",
  },
  TENON_SWAP_BUSY: {
    title: "A swap of this plugin is already running",
    cause: "Two swaps were asked for at once.",
    fix: "Await the first swap.",
  },
  TENON_DEPENDENCY_MISSING: {
    title: "A plugin depends on one that is not there",
    cause: "The named plugin is not opened at this point.",
    fix: "Open the missing plugin, or remove the dependency.",
  },
  TENON_DEPENDENCY_VERSION: {
    title: "A plugin depends on another version",
    cause: "The version of the plugin that is there is outside the range that was asked for.",
    fix: "Install a version inside the range.",
  },
  TENON_DEPENDENCY_CYCLE: {
    title: "Plugins depend on each other in a circle",
    cause: "Each waits for the next.",
    fix: "Remove one of the dependencies that the message names.",
  },
  TENON_POINT_FAILED: {
    title: "A plugin failed at an extension point whose policy is to stop",
    cause: "See `cause`.",
    fix: "Correct the plugin, or set the point's policy to skip or default.",
  },
  TENON_ISOLATION_UNAVAILABLE: {
    title: "The isolation that was asked for cannot be had",
    cause: "The place or the runtime does not reach the level on this system.",
    fix: "Ask for a level that is offered; the message lists them.",
  },
  TENON_RUNTIME_UNAVAILABLE: {
    title: "The runtime cannot run in this place",
    cause: "It is not offered there.",
    fix: "Choose another place; the message gives the reason.",
  },
  TENON_BUILTIN_DUPLICATE: {
    title: "Two builtins have the same name",
    cause: "A builtin was registered twice.",
    fix: "Give each builtin its own name.",
  },
  TENON_INTERNAL: {
    title: "Tenon itself failed",
    cause: "A defect in Tenon.",
    fix: "Report it with the message and the stack.",
  },
} as const;
