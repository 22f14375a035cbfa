/** Codes of the host: lifecycle, supervision, extension points, options. */
export const hostCodes = {
  TENON_OPTION_INVALID: {
    title: "An option is not valid",
    cause: "The host's code passed an option that does not exist or has a wrong value.",
    fix: "Correct the option or name that the message quotes.",
  },
  TENON_PLUGIN_CLOSED: {
    title: "The plugin is closed",
    cause: "Your program closed the plugin or its host.",
    fix: "Open the plugin again, or make the call before you close it.",
  },
  TENON_PLUGIN_CRASHED: {
    title: "The plugin crashed",
    cause: "Its thread or process exited, or it stopped responding and was killed.",
    fix: "Fix the crash that the message names; the plugin's log may say more. The host restarts the plugin with back-off unless supervision.restart is false.",
  },
  TENON_CIRCUIT_OPEN: {
    title: "The plugin crashed too often and is not being restarted",
    cause: "It crashed more than supervision.crashes times within supervision.window.",
    fix: "Fix the plugin and swap in the fixed version, or wait until supervision.cooldown has passed.",
  },
  TENON_LOAD_FAILED: {
    title: "The plugin failed while loading",
    cause: "Its top-level code or its activation threw an exception, or exited the process.",
    fix: "Fix the failure that the message names: code that runs while the plugin loads must not throw or exit.",
  },
  TENON_LOAD_DEADLINE: {
    title: "The plugin did not finish loading in time",
    cause: "Its top-level code or its activation waits, loops or is slow.",
    fix: "Move slow work out of the top level into a function, or raise limits.load.",
  },
  TENON_HEALTH_FAILED: {
    title: "The plugin reported that it is not healthy",
    cause: "Its health check threw, returned false or did not return in time.",
    fix: "Fix what the health check reports. In a swap, the old instance stays active.",
  },
  TENON_STATE_FAILED: {
    title: "The plugin's state could not be handed over",
    cause: "Saving or restoring the state threw or took too long, or the state is not JSON.",
    fix: "Fix the plugin's functions that save and restore its state. The old instance stays active.",
  },
  TENON_SWAP_BUSY: {
    title: "A swap of this plugin is already running",
    cause: "plugin.swap was called again before the first swap had finished.",
    fix: "Await the first swap before you start the next one.",
  },
  TENON_REST_BUSY: {
    title: "The plugin is in use and cannot be put to rest",
    cause:
      "Calls of the plugin or of the host are still running, or objects, streams or futures are still in use on one side.",
    fix: "Release objects with `await using`, and read streams to their end or stop reading them. An idle plugin rests by itself.",
  },
  TENON_SWAP_DEADLINE: {
    title: "An exclusive swap did not get its turn",
    cause: "Calls or streams of the plugin did not end within limits.drain, so its instance could not end first.",
    fix: "Raise limits.drain, or shorten the calls and streams that were running. The old instance stays active.",
  },
  TENON_DEPENDENCY_MISSING: {
    title: "A plugin requires a plugin that is missing",
    cause: "The required plugin was not added to this extension point, or is itself left out.",
    fix: "Open the missing plugin and add it to the point, or remove it from the manifest's `requires`.",
  },
  TENON_DEPENDENCY_VERSION: {
    title: "A plugin requires another version of a plugin",
    cause: "The version of the plugin at this extension point is outside the required range.",
    fix: "Open a version inside the range, or change the range in the manifest's `requires`.",
  },
  TENON_DEPENDENCY_CYCLE: {
    title: "Plugins require each other in a cycle",
    cause: "Each of the plugins must come before the next one, so no order is possible.",
    fix: "Remove one of the requirements that the message lists.",
  },
  TENON_POINT_FAILED: {
    title: "A plugin failed at an extension point with the policy to stop",
    cause: "The plugin threw, crashed or returned a wrong value; the message has the reason.",
    fix: 'Fix the plugin, or set the point\'s option onFailure to "skip" or "default".',
  },
  TENON_ISOLATION_UNAVAILABLE: {
    title: "The requested isolation is not available",
    cause: "The plugin does not reach the level in this place on this system.",
    fix: "Ask for a lower level, or open the plugin in a place that reaches the level; the error's own fix lists the levels and the places that reach them.",
  },
  TENON_LIMIT_UNENFORCED: {
    title: "A limit cannot be enforced",
    cause:
      "limits.processes, limits.files and limits.cpu hold for plugins with their own process, and this place, or this system, cannot enforce the limit that was set.",
    fix: "Open the plugin in a place that enforces the limit, or do not set it; the error's own fix lists the places.",
  },
  TENON_METRICS_LIBRARY: {
    title: "An exporter of metrics needs a package that is not installed",
    cause: "tenon/metrics uses prom-client and @opentelemetry/api, which are optional peers of Tenon.",
    fix: "Install the package that the message names, beside tenon.",
  },
  TENON_RUNTIME_UNAVAILABLE: {
    title: "The runtime cannot run in this place",
    cause: "This kind of plugin cannot run there; the message has the reason.",
    fix: "Open the plugin in another place.",
  },
  TENON_CODE_GENERATION: {
    title: "This process may not generate code from strings",
    cause:
      "Node was started with --disallow-code-generation-from-strings. JavaScript plugins need no generated code then, only more time. Values of WebAssembly cannot do without, and schemas of settings need a process that is started for them.",
    fix: 'Open a WebAssembly plugin with place: "process", which starts without the flag, or start Node without it.',
  },
  TENON_BUILTIN_DUPLICATE: {
    title: "Two builtins have the same name",
    cause: "A builtin was registered twice.",
    fix: "Give each builtin its own name.",
  },
  TENON_BUNDLED: {
    title: "Tenon is bundled into the host's program",
    cause:
      "A bundler copied Tenon's code into its output, where it does not find the files of its threads and processes or the packages that it uses.",
    fix: "Mark tenon as external in the bundler's configuration, and install it where the bundle runs: see docs/bundlers.md.",
  },
  TENON_INTERNAL: {
    title: "Tenon itself failed",
    cause: "A bug in Tenon.",
    fix: "Report it with the message and the stack.",
  },
} as const;
