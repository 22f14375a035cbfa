/** Codes about plugins on disk: finding, recognising, building and checking them. */
export const artifactCodes = {
  TENON_ARTIFACT_MISSING: {
    title: "The plugin's file or folder does not exist",
    cause: "The path is wrong, or the plugin is not installed.",
    fix: "Check the path; relative paths start at the current directory.",
  },
  TENON_ARTIFACT_UNREADABLE: {
    title: "The plugin's file cannot be read",
    cause: "Permissions, a broken link, or a file that is neither a regular file nor a folder.",
    fix: "Make the file readable for the user that runs the host.",
  },
  TENON_ARTIFACT_EMPTY: {
    title: "The plugin's file is empty",
    cause: "A build or copy was interrupted.",
    fix: "Build or copy the plugin again.",
  },
  TENON_ARTIFACT_ENTRY: {
    title: "The plugin's folder has no entry",
    cause: "There is no tenon.json or package.json that names one, and no index file.",
    fix: 'Name the entry file in tenon.json: {"entry": "plugin.ts"}.',
  },
  TENON_ARTIFACT_UNKNOWN: {
    title: "No runtime recognises the artifact",
    cause: "The file is not a plugin, or its runtime is not registered with this host.",
    fix: "Give the plugin's own file, or register the runtime that opens it.",
  },
  TENON_MANIFEST_INVALID: {
    title: "The plugin's manifest is not valid",
    cause: "tenon.json is not JSON, or a field has the wrong type.",
    fix: "Correct the field that the message names.",
  },
  TENON_SYNTAX: {
    title: "The plugin's source has a syntax error",
    cause: "The source cannot be compiled.",
    fix: "Correct the source at the file, line and column that the message names.",
  },
  TENON_BUILD_FAILED: {
    title: "The plugin could not be built",
    cause: "An import cannot be resolved, or the build tool reported an error.",
    fix: "Correct what the message names; the build's own output is quoted.",
  },
  TENON_BUILD_WRITE: {
    title: "The build's result could not be written",
    cause: "The disk is full, or the cache folder is not writable.",
    fix: "Free space or name another cache folder; what was there before is untouched.",
  },
  TENON_PEER_MISSING: {
    title: "An optional package is not installed",
    cause: "The feature needs a package that Tenon does not install by itself.",
    fix: "Install the package that the message names.",
  },
  TENON_EXPORT_MISSING: {
    title: "The plugin does not export what the contract asks for",
    cause: "The function is missing, or its name is spelled differently.",
    fix: "Export the function under the name that the contract has.",
  },
  TENON_EXPORT_KIND: {
    title: "An export is not what the contract says it is",
    cause: "The contract asks for a function, a class or an object, and the plugin exports something else.",
    fix: "Export the kind that the message names.",
  },
  TENON_CONTRACT_NOT_CARRIED: {
    title: "The plugin carries no contract",
    cause: "There is no .wit file beside the plugin and its manifest names none.",
    fix: "Put the contract beside the plugin, so that a check can compare it without running the plugin.",
  },
  TENON_CONTRACT_ADAPTS: {
    title: "The plugin's contract differs and is adapted",
    cause: "One side is older; the difference can be bridged.",
    fix: "Nothing has to be done; build against the same contract to remove the difference.",
  },
  TENON_CONTRACT_NOTE: {
    title: "The contracts differ where it does not matter",
    cause: "One side is newer or names things differently; every call works as it is.",
    fix: "Nothing has to be done.",
  },
  TENON_SETTINGS_INVALID: {
    title: "A plugin's settings do not fit the schema in its manifest",
    cause: "A setting is missing, has the wrong type, or is not known.",
    fix: "Correct the setting at the path that the message names.",
  },
} as const;
