/** Codes about what a WebAssembly plugin may reach of the system. */
export const wasiCodes = {
  TENON_GRANT_INVALID: {
    title: "A grant cannot be given",
    cause: "The folder does not exist, the address is none, or the grant has a form that is not known.",
    fix: "Correct the grant that the message names.",
  },
  TENON_WASI_MISUSE: {
    title: "A WebAssembly plugin broke WASI's rules",
    cause:
      "It wrote more than it was allowed at once, waited for nothing, asked for more bytes than can be given, or returned without answering a request.",
    fix: "Mend the plugin: build it again with a current tool chain.",
  },
} as const;
