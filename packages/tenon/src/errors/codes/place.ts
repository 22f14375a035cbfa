/** Codes of places and of the wire between them. */
export const placeCodes = {
  TENON_PLACE_START: {
    title: "The place could not be started",
    cause: "The thread or process could not be created, or ended before it was ready.",
    fix: "See `cause` and the log.",
  },
  TENON_PLACE_MEMORY: {
    title: "The plugin used more memory than its limit",
    cause: "The thread or process reached limits.memory.",
    fix: "Raise the limit, or correct the plugin.",
  },
  TENON_PLACE_EXIT: {
    title: "The plugin ended its process or thread",
    cause: "It called process.exit, was killed by a signal, or ran out of memory.",
    fix: "A plugin must not end its process; see the log.",
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
