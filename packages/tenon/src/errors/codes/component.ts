/** Codes about WebAssembly components and modules as files: decoding and validation. Nothing of them is ever run. */
export const componentCodes = {
  TENON_COMPONENT_INVALID: {
    title: "A WebAssembly component breaks a rule of the component model",
    cause:
      "Its binary form can be read, but an index, a type or a name in it does not fit: a tool made it wrongly, or it was changed afterwards.",
    fix: "Build the component again with a current tool chain; the message names the byte and the rule.",
  },
  TENON_COMPONENT_UNSUPPORTED: {
    title: "A WebAssembly component uses a part of the component model that Tenon does not run",
    cause: "It was built with proposals that are not final, such as threads or garbage-collected strings.",
    fix: "Build it without the proposal that the message names.",
  },
} as const;
