/** Codes about WebAssembly components and modules as files: decoding and validation. None of their code runs. */
export const componentCodes = {
  TENON_COMPONENT_INVALID: {
    title: "A WebAssembly component is not valid",
    cause:
      "The file can be decoded, but an index, a type or a name in it breaks a rule of the component model: a tool has a bug, or the file was changed afterwards.",
    fix: "Build the component again with a current tool chain. The message names the byte offset and the rule.",
  },
  TENON_COMPONENT_UNSUPPORTED: {
    title: "A WebAssembly component uses a feature that Tenon does not support",
    cause:
      "It was built with a proposal that is not final, such as threads, or with a type that cannot be passed here.",
    fix: "Build it without the feature that the message names.",
  },
} as const;
