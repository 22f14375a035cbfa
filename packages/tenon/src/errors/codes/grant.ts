/** Codes about what a plugin is allowed to do. */
export const grantCodes = {
  TENON_GRANT_INVALID: {
    title: "A grant is not valid",
    cause: "The folder does not exist, the address cannot be parsed, or the grant has the wrong form.",
    fix: "Correct the grant that the message names.",
  },
  TENON_GRANT_UNENFORCED: {
    title: "Nothing would enforce a grant",
    cause:
      "The host grants a part of the system, but neither the plugin's runtime nor its place keeps the plugin from the rest. JavaScript, for example, reaches every file in every place without a sandbox.",
    fix: 'Open the plugin in a place that enforces the grant, or with isolation: "sandboxed"; or, if you trust the plugin, set grants: { unenforced: "allow" }.',
  },
  TENON_GRANT_MISSING: {
    title: "The plugin called a host function that is not granted",
    cause: "The host lists in grants.functions what the plugin may call, and the function is not in it.",
    fix: "If the plugin may call the function, add it to grants.functions.",
  },
} as const;
