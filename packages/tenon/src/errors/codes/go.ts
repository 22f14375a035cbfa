/** Codes about Go hosts and Go plugins: what plugin.Open will do, and why. */
export const goCodes = {
  TENON_GO_HOST_NO_CGO: {
    title: "The host was built without cgo and cannot open any plugin",
    cause: 'With CGO_ENABLED=0, plugin.Open always answers "plugin: not implemented".',
    fix: "Build the host with CGO_ENABLED=1 and a C compiler.",
  },
  TENON_GO_HOST_STATIC: {
    title: "The host is linked statically and cannot open any plugin",
    cause: "A static program has no dynamic loader; what its copy of dlopen does ends the process or fails.",
    fix: "Link the host dynamically: without -static in its linker flags.",
  },
  TENON_GO_HOST_NO_PLUGIN: {
    title: "The host does not use the package plugin",
    cause: "Nothing in the host imports plugin, so its linker exported none of the symbols that a plugin needs.",
    fix: "Give the program that calls plugin.Open.",
  },
  TENON_GO_HOST_NO_SYMBOLS: {
    title: "The host exports no symbols to plugins",
    cause: "It was linked with --no-export-dynamic, or its dynamic symbols were removed.",
    fix: "Link the host without that flag.",
  },
  TENON_GO_HOST_UNSUPPORTED: {
    title: "Nothing can be told of this host",
    cause: "Its platform, its kind of linking or its Go version is one whose loader Tenon does not foretell.",
    fix: "Try the plugin in the host itself.",
  },
  TENON_GO_FILE: {
    title: "The system's loader cannot read the plugin",
    cause: "The path leads to no file, to a folder, or to something that is not a library of this machine.",
    fix: "Give the path of the plugin's .so file.",
  },
  TENON_GO_NOT_SHARED: {
    title: "The file is a program, not a plugin",
    cause: "It was built without -buildmode=plugin.",
    fix: "Build it with go build -buildmode=plugin.",
  },
  TENON_GO_LIBRARY_MISSING: {
    title: "A library that the plugin needs is missing",
    cause: "The plugin uses C code from a shared library that the system does not have.",
    fix: "Install the library on the host's system.",
  },
  TENON_GO_LIBRARY_VERSION: {
    title: "The plugin needs a newer C library than the host's system has",
    cause: "It was built on a newer system than the one that it is to run on.",
    fix: "Build the plugin on the host's system, or on an older one.",
  },
  TENON_GO_LIBC: {
    title: "Host and plugin use different C libraries",
    cause: "One was linked with musl, the other with glibc; one process can hold only one of them.",
    fix: "Build the plugin on the kind of system that the host was built on.",
  },
  TENON_GO_SYMBOL_UNDEFINED: {
    title: "The plugin needs a symbol that nothing defines",
    cause: "C code of the plugin calls a function of a library that it is not linked with.",
    fix: "Name the library in the plugin's cgo LDFLAGS.",
  },
  TENON_GO_TLS: {
    title: "The plugin's thread-local data does not fit",
    cause: "The loader keeps a small reserve for libraries that are opened later, and the plugin's is larger.",
    fix: "Make the thread-local data of the plugin's C code smaller.",
  },
  TENON_GO_NOT_A_PLUGIN: {
    title: "The library is not a Go plugin",
    cause: "It was made by another compiler or with another build mode, and has no module that the host could find.",
    fix: "Build it with go build -buildmode=plugin.",
  },
  TENON_GO_SYMBOLIC: {
    title: "The plugin was linked with -Bsymbolic",
    cause: "Its references to the host's runtime stay inside the plugin, so that the host never learns of it.",
    fix: "Remove -Bsymbolic from the plugin's linker flags.",
  },
  TENON_GO_VERSION: {
    title: "Host and plugin were built with different Go versions",
    cause: "A plugin works only in a host of the same Go release.",
    fix: "Build the plugin with the host's Go version.",
  },
  TENON_GO_TRIMPATH: {
    title: "Only one of host and plugin was built with -trimpath",
    cause: "File paths are part of what is compared, package by package.",
    fix: "Build both with -trimpath, or both without.",
  },
  TENON_GO_BUILD_PATH: {
    title: "Packages were compiled from other folders",
    cause: "Without -trimpath, the folder of each source file is part of what is compared.",
    fix: "Build both with -trimpath.",
  },
  TENON_GO_HOST_MODULE: {
    title: "The plugin has the host's own module as a dependency",
    cause: "The same source is compiled under another path there: host@v1.0.0/api instead of host/api.",
    fix: "Move what both use into a module of its own, or build the plugin inside the host's module or workspace.",
  },
  TENON_GO_DEPENDENCY: {
    title: "Host and plugin use different versions of a module",
    cause: "A package that both hold must come from the same version of its module.",
    fix: "Require the host's version in the plugin's go.mod.",
  },
  TENON_GO_RACE: {
    title: "Only one of host and plugin was built with a sanitizer",
    cause: "-race, -msan and -asan change the runtime packages.",
    fix: "Build both with the same flag.",
  },
  TENON_GO_COMPILER_FLAGS: {
    title: "Host and plugin were compiled with different compiler flags",
    cause: "-gcflags=all=… changes every package; debuggers and editors add -N -l.",
    fix: "Build the plugin with the host's -gcflags.",
  },
  TENON_GO_EXPERIMENT: {
    title: "Host and plugin were built with different experiments",
    cause: "GOEXPERIMENT changes the runtime packages.",
    fix: "Build the plugin with the host's GOEXPERIMENT.",
  },
  TENON_GO_TAGS: {
    title: "Host and plugin were built with different tags",
    cause: "Build tags choose other files of a package that both hold.",
    fix: "Build the plugin with the host's -tags.",
  },
  TENON_GO_PROFILE: {
    title: "Only one of host and plugin was optimised with a profile, or with another one",
    cause: "A profile (default.pgo beside the main package) changes what is inlined in many packages.",
    fix: "Build both with the same profile, or with -pgo=off.",
  },
  TENON_GO_COVER: {
    title: "Only one of host and plugin was built for test coverage",
    cause: "-cover rewrites packages, and so does go test for the package under test.",
    fix: "Build both without -cover.",
  },
  TENON_GO_TRIM_FLAG: {
    title: "Paths were trimmed with -gcflags=-trimpath",
    cause: "That flag of the compiler trims other paths than go build -trimpath.",
    fix: "Use go build -trimpath on both sides.",
  },
  TENON_GO_CGO: {
    title: "A package was compiled with cgo on one side only, or with other C flags",
    cause: "Packages such as net and os/user have other files with cgo.",
    fix: "Build both with the same cgo settings.",
  },
  TENON_GO_PACKAGE: {
    title: "A package differs, and the files do not tell why",
    cause: "Its source was changed, or it was built in a way that leaves no trace.",
    fix: "Build host and plugin from the same sources with the same flags.",
  },
  TENON_GO_POISONED: {
    title: "An earlier plugin spoils this one",
    cause: "A plugin that failed stays in memory, and its packages are compared instead of the host's.",
    fix: "Start the host again without the plugin that fails.",
  },
  TENON_GO_PLUGIN_PATH: {
    title: "The plugin's path was changed by the linker's -pluginpath",
    cause: "Its symbols are named after another path than the one it looks them up with.",
    fix: "Remove -ldflags=-pluginpath=… from the build.",
  },
  TENON_GO_SYMBOL_MISSING: {
    title: "A symbol that the plugin lists cannot be looked up",
    cause: "The dynamic symbols of the plugin were removed or renamed.",
    fix: "Build the plugin again, and strip it with go build -ldflags='-s -w' only.",
  },
  TENON_GO_ALREADY_LOADED: {
    title: "The plugin is loaded already",
    cause: "The same plugin was opened before from another path, or another build of the same source was.",
    fix: "Open each plugin once; give each build a source folder or package path of its own.",
  },
  TENON_GO_PREVIOUS_FAILURE: {
    title: "The plugin failed before in this process",
    cause: "A Go host remembers a plugin's failure and repeats it.",
    fix: "Start the host again after the plugin was mended.",
  },
  TENON_GO_AFTER_CRASH: {
    title: "The host is no longer there",
    cause: "An earlier plugin ends the process or hangs it before this one is opened.",
    fix: "Leave out the plugin that ends the process.",
  },
  TENON_GO_SILENT_SKEW: {
    title: "Host and plugin differ where plugin.Open does not look",
    cause:
      "Bodies of functions that are not inlined are not compared: the plugin runs its own, beside the host's data.",
    fix: "Build the plugin with the host's version of the package.",
  },
  TENON_GO_DIFFERENCE: {
    title: "Host and plugin differ where it does no harm",
    cause: "A setting of the build differs that leaves no trace in what is compared.",
    fix: "Nothing has to be done.",
  },
  TENON_GO_UNTOLD: {
    title: "It depends on something that the files do not tell",
    cause: "The target system's libraries are not known here.",
    fix: "Name the target system's root folder with --sysroot.",
  },
} as const;
