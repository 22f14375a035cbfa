/** Codes of places and of the wire protocol between them. */
export const placeCodes = {
  TENON_PLACE_START: {
    title: "The plugin's thread or process could not be started",
    cause:
      "The system refused to create it, it exited before it was ready, or the engine that runs the host is not supported.",
    fix: "Fix the reason that the message names: usually a limit on processes, threads, open files or memory.",
  },
  TENON_PLACE_MEMORY: {
    title: "The plugin used more memory than its limit",
    cause: "Its thread or process reached limits.memory, V8's own limit, or that of the system.",
    fix: "Raise limits.memory, or make the plugin use less memory.",
  },
  TENON_PLACE_PROCESSES: {
    title: "The plugin started more processes than its limit",
    cause: "Its process group had more processes than limits.processes.",
    fix: "Raise limits.processes, or make the plugin start fewer processes, and wait for those that it started.",
  },
  TENON_PLACE_CPU: {
    title: "The plugin used more CPU time than its limit",
    cause: "Its processes together used more CPU time than limits.cpu since the plugin was started.",
    fix: "Raise limits.cpu, or make the plugin compute less. The plugin starts again with the whole time, if its supervision allows.",
  },
  TENON_NETWORK_DENIED: {
    title: "A sandboxed program may not connect there",
    cause:
      "The host and port are not in grants.network, or a pattern such as *.example.com resolved to an address that is not public.",
    fix: "Grant the host and port that the message names, if the plugin should reach them.",
  },
  TENON_PLACE_EXIT: {
    title: "The plugin's thread or process exited",
    cause: "The plugin called process.exit or threw outside of a call, or a signal or the host killed it.",
    fix: "Fix the reason that the message names; the plugin's log may say more. A plugin must not call process.exit.",
  },
  TENON_PLACE_NEIGHBOUR: {
    title: "The plugin's thread was ended because of another plugin in it",
    cause:
      "A plugin of the same worker-pool did not return, and only the end of its thread could stop it. Calls that had been sent to the other plugins there are rejected, because they may have run; later ones wait for the restart.",
    fix: "Fix the plugin that the message names, or open it in the place worker, where it has a thread of its own.",
  },
  TENON_WIRE_MALFORMED: {
    title: "A message from the other side cannot be read",
    cause: "It was cut short, is larger than the limit, or was not written by Tenon.",
    fix: "Check that both sides use the same version of Tenon. The connection was closed, and the plugin counts as crashed.",
  },
  TENON_WIRE_VERSION: {
    title: "The other side uses another version of the wire protocol",
    cause: "The host and the plugin's side use different versions of Tenon.",
    fix: "Use the same major version of Tenon on both sides.",
  },
  TENON_WIRE_CLOSED: {
    title: "The connection to the other side is closed",
    cause: "It ended, or this side closed it.",
    fix: "Open the plugin again.",
  },
} as const;
