/** Codes about what a WebAssembly plugin may reach of the system. */
export const wasiCodes = {
  TENON_GRANT_INVALID: {
    title: "A grant is not valid",
    cause: "The folder does not exist, the address cannot be parsed, or the grant has the wrong form.",
    fix: "Correct the grant that the message names.",
  },
  TENON_WASI_MISUSE: {
    title: "A WebAssembly plugin broke the rules of WASI",
    cause:
      "For example, it wrote more to a stream than it was allowed to, polled an empty list, or returned without answering an HTTP request.",
    fix: "Fix the plugin, or build it again with a current tool chain.",
  },
} as const;
