/** Codes about Extism plugins. */
export const extismCodes = {
  TENON_EXTISM_FAILED: {
    title: "A function of an Extism plugin failed",
    cause: "The function returned a code other than 0, or set an error.",
    fix: "Read the message: it is the plugin's own.",
  },
  TENON_EXTISM_VALUE: {
    title: "An Extism plugin returned a value that does not have the type in its contract",
    cause:
      "Strings are passed as UTF-8, bytes as they are, and all other values as JSON. The plugin wrote something else.",
    fix: "Correct the type in the contract, or declare the value as string or list<u8> and parse it yourself.",
  },
  TENON_EXTISM_SIGNATURE: {
    title: "A function of the contract cannot be a function of an Extism plugin",
    cause:
      "A function of an Extism plugin takes at most one value, and none that is a resource, stream or future. A function that it imports takes one core value for each parameter of the contract.",
    fix: "Change the function in the contract. To pass more than one value, put them into a record.",
  },
  TENON_EXTISM_VARIABLES: {
    title: "An Extism plugin's variables are full",
    cause: "All variables of a plugin together may have 1 MiB.",
    fix: "Store less in variables, or give the plugin host functions that store its data.",
  },
  TENON_EXTISM_SETTINGS: {
    title: "The settings cannot be passed to an Extism plugin",
    cause: "An Extism plugin's configuration maps names to strings, so its settings must be an object.",
    fix: "Pass an object as settings. Values that are not strings are passed as JSON.",
  },
  TENON_EXTISM_REQUEST: {
    title: "An Extism plugin's HTTP request failed",
    cause: "The host is not granted, the address is not an HTTP address, or the server did not respond.",
    fix: "If the plugin may reach the host, add it to grants.network.",
  },
} as const;
