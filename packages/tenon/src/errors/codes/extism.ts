/** Codes about Extism plugins. */
export const extismCodes = {
  TENON_EXTISM_FAILED: {
    title: "An Extism plugin answered with an error",
    cause: "Its function returned a code other than 0, or set an error.",
    fix: "Look at the message, which is the plugin's own.",
  },
  TENON_EXTISM_VALUE: {
    title: "An Extism plugin gave a value of another type than its contract says",
    cause:
      "Text is passed as UTF-8, bytes as they are, and every other value as JSON; the plugin wrote something else.",
    fix: "Correct the type in the contract, or take the answer as text or bytes and read it yourself.",
  },
  TENON_EXTISM_SIGNATURE: {
    title: "A contract's function is none that Extism has",
    cause:
      "A function of an Extism plugin takes at most one value, and passes no handles, streams or futures. What it imports has one core value for each parameter of the contract.",
    fix: "Change the function in the contract: put several parameters into a record.",
  },
  TENON_EXTISM_VARIABLES: {
    title: "An Extism plugin's variables are full",
    cause: "It keeps more in variables than the 1 MiB that they may have together.",
    fix: "Keep less in the plugin, or give it host functions that store what it wants to keep.",
  },
  TENON_EXTISM_SETTINGS: {
    title: "The settings are none that an Extism plugin can be given",
    cause: "Its configuration is a list of names with a text each.",
    fix: "Give an object as settings; values that are no texts are passed as JSON.",
  },
  TENON_EXTISM_REQUEST: {
    title: "An Extism plugin's HTTP request cannot be sent",
    cause: "Its address is not granted, is no HTTP address, or the server gave no answer.",
    fix: "Grant the host with grants.network, if the plugin shall reach it.",
  },
} as const;
