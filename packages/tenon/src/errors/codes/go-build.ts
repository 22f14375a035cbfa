/** Codes about building Go plugins that fit a host. The author's own files are never changed. */
export const goBuildCodes = {
  TENON_GO_BUILD_INFO_MISSING: {
    title: "The host does not say how it was built",
    cause: "Go's build information is missing: another build system made the program, or it is not a Go program.",
    fix: "Build the host with go build in module mode, which writes the information into the program.",
  },
  TENON_GO_TOOLCHAIN_MISSING: {
    title: "The host's Go version cannot be had here",
    cause: "A plugin must be built by exactly the Go release that built the host.",
    fix: "Install the release that the message names, or let a Go of 1.21 or later on PATH download it.",
  },
  TENON_GO_COMPILER_MISSING: {
    title: "No C compiler for the host's platform",
    cause: "Plugins are linked by a C compiler, which must write for the host's processor and C library.",
    fix: "Install the compiler that the message names, or name another one in the environment variable CC.",
  },
  TENON_GO_MODULE_MISSING: {
    title: "The folder belongs to no Go module",
    cause: "There is no go.mod in the folder or above it.",
    fix: "Run go mod init in the plugin's folder.",
  },
  TENON_GO_NO_SOURCE: {
    title: "The folder holds no Go source for the host's platform",
    cause: "It has no .go files, or build constraints exclude all of them.",
    fix: "Give the folder of the plugin's main package.",
  },
  TENON_GO_NOT_MAIN: {
    title: "The package is not a main package",
    cause: "Only a package main can be built as a plugin.",
    fix: 'Give the folder whose files begin with "package main".',
  },
  TENON_GO_NEWER_LANGUAGE: {
    title: "The plugin or one of its modules asks for a newer Go than the host's",
    cause: "The go line of a go.mod names the oldest release that may build the module.",
    fix: "Lower the go line if the source allows it, take an older version of the module, or rebuild the host.",
  },
  TENON_GO_CONFLICT: {
    title: "The plugin needs a newer version of a module than the host has",
    cause: "A package that both hold must come from the same version of its module, and versions are only ever raised.",
    fix: "Require the host's version in the plugin, take a dependency that is content with it, or update the host.",
  },
  TENON_GO_SUM: {
    title: "The same version of a module has other content than in the host",
    cause: "The version was published again with other content, or one side was built with a changed copy.",
    fix: "Find out which content is right; then correct go.sum, or build the host again.",
  },
  TENON_GO_MODULE_UNAVAILABLE: {
    title: "A module that the plugin needs cannot be had",
    cause: "It is not published, the network or proxy is out of reach, or access is denied.",
    fix: "Check GOPROXY, GOPRIVATE and the network, or replace the module with a folder in the plugin's go.mod.",
  },
  TENON_GO_HOST_SOURCE: {
    title: "The plugin uses packages of the host whose source is not at hand",
    cause: "They must be compiled from the very source that the host was built from.",
    fix: "Name the host's source folder with --host-source, or move what both use into a module of its own.",
  },
  TENON_GO_PROFILE_MISSING: {
    title: "The host was optimised with a profile that is not at hand",
    cause: "The profile changes what is inlined, so the plugin must be compiled with the same one.",
    fix: "Name the host's profile with --pgo, or build the host with -pgo=off.",
  },
  TENON_GO_BUILD_FAILED: {
    title: "The Go compiler or linker reported an error",
    cause: "The plugin's source cannot be compiled with the host's Go version, flags and module versions.",
    fix: "Correct the source at the files and lines that the message quotes.",
  },
  TENON_GO_BUILD_STOPPED: {
    title: "The build was stopped before it ended",
    cause: "It was interrupted, or took longer than it may. All of its processes were ended.",
    fix: "Run it again, with a longer --deadline if it needs one; what was compiled already is kept in Go's cache.",
  },
  TENON_GO_MISFIT: {
    title: "The plugin was built, but the host would not open it",
    cause: "Something differs that the host's build information does not tell.",
    fix: "Correct what the findings name; no file was written.",
  },
  TENON_GO_UNVERIFIED: {
    title: "It cannot be told whether the host opens the plugin that was built",
    cause: "Something is needed for the verdict that the two files do not tell.",
    fix: "Try the plugin in the host itself.",
  },
  TENON_GO_REPLACE_IGNORED: {
    title: "A replacement in the plugin's go.mod was not used",
    cause: "The host has the module without that replacement, and both must use the same source.",
    fix: "Remove the replacement from the plugin's go.mod, or build the host with it.",
  },
  TENON_GO_REPLACED_LOCALLY: {
    title: "The host uses a local copy of a module",
    cause: "Its go.mod replaces the module with a folder, whose content nobody else can get.",
    fix: "Name the host's source folder with --host-source, or publish the copy as a version.",
  },
} as const;
