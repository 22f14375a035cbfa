/** Codes about plugins on disk: finding, recognising, building and checking them. */
export const artifactCodes = {
  TENON_ARTIFACT_MISSING: {
    title: "The plugin's file or folder does not exist",
    cause: "The path is wrong, or the plugin is not installed.",
    fix: "Check the path. Relative paths start at the current directory.",
  },
  TENON_ARTIFACT_UNREADABLE: {
    title: "The plugin cannot be read",
    cause: "Permission was denied, a link is broken, or the path is neither a regular file nor a folder.",
    fix: "Make it readable for the user that runs the host.",
  },
  TENON_ARTIFACT_EMPTY: {
    title: "The plugin's file is empty",
    cause: "A build or copy was interrupted.",
    fix: "Build or copy the plugin again.",
  },
  TENON_ARTIFACT_ENTRY: {
    title: "The plugin's folder has no entry file",
    cause: "No tenon.json or package.json names an existing entry file, and there is no index file.",
    fix: 'Name the entry file in tenon.json: {"entry": "plugin.ts"}.',
  },
  TENON_ARTIFACT_UNKNOWN: {
    title: "No runtime recognises the artifact",
    cause: "The file is not a plugin, or the runtime for it is not registered with this host.",
    fix: "Pass the path of the plugin itself, or register the runtime that opens it.",
  },
  TENON_ARTIFACT_AMBIGUOUS: {
    title: "More than one runtime recognises the artifact",
    cause: "Two runtimes of the host are equally sure that they open it. The one that is asked first does.",
    fix: "Name the runtime in the manifest or when opening the plugin.",
  },
  TENON_MANIFEST_INVALID: {
    title: "The plugin's manifest is not valid",
    cause: "tenon.json is not JSON, or a field is unknown or has the wrong type.",
    fix: "Fix the field that the message names.",
  },
  TENON_SYNTAX: {
    title: "The plugin's source has a syntax error",
    cause: "The source cannot be compiled.",
    fix: "Fix the source at the file, line and column that the message names.",
  },
  TENON_BUILD_FAILED: {
    title: "The plugin could not be built",
    cause: "An import cannot be resolved, or the build tool reported an error.",
    fix: "Fix what the message names. It quotes the output of the build.",
  },
  TENON_DECORATOR_METADATA: {
    title: "The types of decorated members are not recorded",
    cause: "tsconfig.json sets emitDecoratorMetadata. Tenon compiles TypeScript file by file, without knowing types.",
    fix: "Compile the plugin with tsc, and open the JavaScript that it writes.",
  },
  TENON_SHARED_MISSING: {
    title: "The host does not have a package that the plugin shares with it",
    cause: "The plugin uses the host's own copy of a package, and the host's program cannot import it.",
    fix: "Install the package where the host's program is, or remove it from `shared`.",
  },
  TENON_SHARED_VERSION: {
    title: "The host's copy of a shared package has another version than the plugin needs",
    cause: "The plugin, or a package that it imports, names a range of versions, and the host's copy is outside of it.",
    fix: "Install a version inside the range for the host, or remove the package from `shared`.",
  },
  TENON_BUILD_WRITE: {
    title: "The result of a build or a download could not be written",
    cause: "The disk is full, or the cache folder is not writable.",
    fix: "Free space, or set another cache folder. Existing files were not changed.",
  },
  TENON_PEER_MISSING: {
    title: "An optional package is not installed",
    cause: "The feature needs a package that Tenon does not install by itself.",
    fix: "Install the package that the message names.",
  },
  TENON_EXPORT_MISSING: {
    title: "The plugin does not export a function that the contract requires",
    cause: "The function is missing, or its name is spelled differently.",
    fix: "Export the function under the name in the contract.",
  },
  TENON_EXPORT_KIND: {
    title: "An export is of the wrong kind",
    cause: "The contract requires a function, a class or an object, and the plugin exports something else.",
    fix: "Export what the message asks for.",
  },
  TENON_CONTRACT_NOT_CARRIED: {
    title: "The plugin carries no contract",
    cause: "There is no .wit file next to the plugin, and its manifest names none.",
    fix: "Put the contract next to the plugin. Then a check can compare it without running the plugin.",
  },
  TENON_CONTRACT_ADAPTS: {
    title: "The plugin's contract differs, and Tenon adapts it",
    cause: "One side is older. Tenon converts the values that differ.",
    fix: "No action needed. To remove the difference, build both sides against the same contract.",
  },
  TENON_CONTRACT_NOTE: {
    title: "The contracts differ, but every call works",
    cause: "One side is newer, or uses other names.",
    fix: "No action needed.",
  },
  TENON_SETTINGS_INVALID: {
    title: "A plugin's settings do not match the schema in its manifest",
    cause: "A setting is missing, unknown or of the wrong type.",
    fix: "Fix the setting at the path that the message names.",
  },
} as const;
