/** Codes of the contract layer: text that cannot be read, types that cannot be, values that do not fit. */
export const contractCodes = {
  TENON_CONTRACT_SYNTAX: {
    title: "A contract's text cannot be parsed",
    cause: "The WIT or JSON text has a syntax error.",
    fix: "Correct the text at the line and column that the message names.",
  },
  TENON_CONTRACT_INVALID: {
    title: "A contract is not well formed",
    cause: "A name is not a WIT name, is used twice or is not known, or a type stands where it cannot.",
    fix: "Change the contract as the message says.",
  },
  TENON_CONTRACT_MISSING: {
    title: "No contract is known",
    cause: "The host gave no contract and the plugin carries none.",
    fix: "Pass a contract to open(), or put a .wit file beside the plugin.",
  },
  TENON_CONTRACT_BREAKS: {
    title: "The plugin's contract does not fit the host's",
    cause: "The plugin was written against another version of the contract, or against another contract.",
    fix: "Build the plugin against the host's contract; the findings list each difference with its cure.",
  },
  TENON_CONTRACT_UNSUPPORTED: {
    title: "A contract uses something that this conversion or runtime does not offer",
    cause: "The target format or the runtime has no equivalent.",
    fix: "Use another type, or another runtime or place.",
  },
  TENON_VALUE_TYPE: {
    title: "A value does not have the type that the contract says",
    cause: "The caller, the plugin or a host function gave a value of another type.",
    fix: "Give a value of the expected type at the path that the message names.",
  },
} as const;
