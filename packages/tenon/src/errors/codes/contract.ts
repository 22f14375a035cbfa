/** Codes about contracts: text that cannot be parsed, contracts that are not valid, values that do not match their type. */
export const contractCodes = {
  TENON_CONTRACT_SYNTAX: {
    title: "A contract cannot be parsed",
    cause: "The WIT or JSON text has a syntax error.",
    fix: "Fix the text at the line and column that the message names.",
  },
  TENON_CONTRACT_INVALID: {
    title: "A contract is not valid",
    cause:
      "A name is unknown, declared twice or not a valid WIT name, a type is used where a contract does not allow it, or `t` or `contract()` was given something else than it takes.",
    fix: "Change the contract as the message says.",
  },
  TENON_CONTRACT_TOO_LARGE: {
    title: "A contract's types are too large",
    cause:
      "The types are nested too deep, or they multiply: records that each use another one twice double at each level. Such a type needs few characters, and its values need more memory than there is.",
    fix: "Pass a part of the value at a time, or refer to parts by an index into a list or by a resource.",
  },
  TENON_CONTRACT_MISSING: {
    title: "There is no contract",
    cause: "The host passed no contract, and the plugin does not carry one.",
    fix: "Pass a contract to open(), or put a .wit file next to the plugin: `tenon contract import PLUGIN` writes one.",
  },
  TENON_CONTRACT_STALE: {
    title: "The plugin declares another contract than the file beside it",
    cause: "The plugin has changed since its contract was written or imported.",
    fix: "Import the contract again with `tenon contract import PLUGIN --force`, or correct the file.",
  },
  TENON_CONTRACT_BREAKS: {
    title: "The plugin's contract does not fit the host's",
    cause: "The plugin was written against another version of the contract, or against another contract.",
    fix: "Build the plugin against the host's contract. The findings list each difference and how to fix it.",
  },
  TENON_CONTRACT_UNSUPPORTED: {
    title: "A contract uses something that this conversion or runtime does not support",
    cause: "The target format or the runtime has no equivalent.",
    fix: "Use another type, or another runtime or place.",
  },
  TENON_JSON_INVALID: {
    title: "A text is not valid JSON",
    cause:
      "The text has a syntax error, or something that readers of JSON disagree about: a key that an object has twice, a whole number with more digits than a number holds, half of a surrogate pair, a byte order mark.",
    fix: "Fix the text at the line and column that the message names. Write long whole numbers as strings.",
  },
  TENON_JSON_TOO_LARGE: {
    title: "A JSON text is too large",
    cause: "The text has more bytes, or nests values more deeply, than is allowed here.",
    fix: "Pass less at a time, or nest values less deeply.",
  },
  TENON_MESSAGE_INVALID: {
    title: "A Protocol Buffers message cannot be read or written",
    cause:
      "The bytes are damaged or of another message, a required field is missing, text is not UTF-8, or a value is none that the message can hold.",
    fix: "Compare the .proto files of both sides: they must declare the same fields with the same numbers and types.",
  },
  TENON_MESSAGE_TOO_LARGE: {
    title: "A Protocol Buffers message is larger than its limits allow",
    cause: "The message has more bytes or more values, or is nested deeper, than the limits of its codec.",
    fix: "Send less in one message, or raise the limit.",
  },
  TENON_VALUE_TYPE: {
    title: "A value does not have the type that the contract declares",
    cause: "The caller, the plugin or a host function passed or returned a value of another type.",
    fix: "Pass a value of the expected type at the path that the message names.",
  },
} as const;
