/** Codes about what a WebAssembly plugin may reach of the system. */
export const wasiCodes = {
  TENON_WASI_MISUSE: {
    title: "A WebAssembly plugin broke the rules of WASI",
    cause:
      "For example, it wrote more to a stream than it was allowed to, polled an empty list, or returned without answering an HTTP request.",
    fix: "Fix the plugin, or build it again with a current tool chain.",
  },
} as const;
