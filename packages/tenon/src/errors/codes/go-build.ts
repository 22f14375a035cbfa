/** Codes about building Go plugins that fit a host. The author's own files are never changed. */
export const goBuildCodes = {
  TENON_GO_BUILD_INFO_MISSING: {
    title: "The host does not say how it was built",
    cause: "Go's build information is missing: another build system built the program, or it is not a Go program.",
    fix: "Build the host with go build in module mode, which writes the information into the program.",
  },
  TENON_GO_TOOLCHAIN_MISSING: {
    title: "The host's Go version is not available here",
    cause: "A plugin must be built by exactly the Go release that built the host.",
    fix: "Install the release that the message names, or put Go 1.21 or later on PATH, which can download it.",
  },
  TENON_GO_COMPILER_MISSING: {
    title: "No C compiler for the host's platform",
    cause: "Go links plugins with a C compiler, which must target the host's processor and C library.",
    fix: "Install the compiler that the message names, or set the environment variable CC to another one.",
  },
  TENON_GO_MODULE_MISSING: {
    title: "The folder is not part of a Go module",
    cause: "There is no go.mod in the folder or above it.",
    fix: "Run go mod init in the plugin's folder.",
  },
  TENON_GO_NO_SOURCE: {
    title: "The folder has no Go source for the host's platform",
    cause: "It has no .go files, or build constraints exclude all of them.",
    fix: "Pass the folder of the plugin's main package.",
  },
  TENON_GO_NOT_MAIN: {
    title: "The package is not a main package",
    cause: "Only a package main can be built as a plugin.",
    fix: 'Pass a folder whose files begin with "package main".',
  },
  TENON_GO_NEWER_LANGUAGE: {
    title: "The plugin or one of its modules requires a newer Go than the host's",
    cause: "The go line of a go.mod names the oldest release that may build the module.",
    fix: "Lower the go line if the source allows it, use an older version of the module, or rebuild the host.",
  },
  TENON_GO_CONFLICT: {
    title: "The plugin needs a newer version of a module than the host has",
    cause: "Host and plugin must use the same version of a shared module, and Go only ever raises versions.",
    fix: "Require the host's version in the plugin, use a dependency that works with it, or update the host.",
  },
  TENON_GO_SUM: {
    title: "The same version of a module has different content in the host",
    cause: "The version was published again with different content, or one side was built with a changed copy.",
    fix: "Find out which content is right; then correct go.sum, or rebuild the host.",
  },
  TENON_GO_MODULE_UNAVAILABLE: {
    title: "A module that the plugin needs is not available",
    cause: "It is not published, the network or proxy cannot be reached, or access is denied.",
    fix: "Check GOPROXY, GOPRIVATE and the network, or replace the module with a folder in the plugin's go.mod.",
  },
  TENON_GO_HOST_SOURCE: {
    title: "The plugin uses packages of the host whose source was not found",
    cause: "These packages must be compiled from exactly the source that the host was built from.",
    fix: "Pass the host's source folder with --host-source, or move the shared packages into their own module.",
  },
  TENON_GO_PROFILE_MISSING: {
    title: "The profile that the host was optimised with was not found",
    cause: "The profile changes what is inlined, so the plugin must be compiled with the same one.",
    fix: "Pass the host's profile with --pgo, or build the host with -pgo=off.",
  },
  TENON_GO_BUILD_FAILED: {
    title: "The Go compiler or linker reported an error",
    cause: "The plugin does not compile with the host's Go version, flags and module versions.",
    fix: "Fix the errors listed above.",
  },
  TENON_GO_BUILD_STOPPED: {
    title: "The build was stopped before it finished",
    cause: "It was interrupted, or exceeded its deadline. All of its processes were stopped.",
    fix: "Run it again, with a longer --deadline if needed; Go's cache keeps what was already compiled.",
  },
  TENON_GO_MISFIT: {
    title: "The plugin was built, but the host would not open it",
    cause: "Host and plugin differ in something that the host's build information does not show.",
    fix: "Fix what the findings name; no file was written.",
  },
  TENON_GO_UNVERIFIED: {
    title: "It is unknown whether the host opens the plugin that was built",
    cause: "The answer depends on something that is in neither file.",
    fix: "Open the plugin in the host to find out.",
  },
  TENON_GO_REPLACE_IGNORED: {
    title: "A replacement in the plugin's go.mod was not used",
    cause: "The host uses the module without that replacement, and both must use the same source.",
    fix: "Remove the replacement from the plugin's go.mod, or build the host with it.",
  },
  TENON_GO_REPLACED_LOCALLY: {
    title: "The host uses a local copy of a module",
    cause: "The host's go.mod replaces the module with a folder that this machine does not have.",
    fix: "Pass the host's source folder with --host-source, or publish the copy as a version.",
  },
} as const;
