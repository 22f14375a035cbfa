/** Codes about Go hosts and Go plugins: what plugin.Open will do, and why. */
export const goCodes = {
  TENON_GO_HOST_NO_CGO: {
    title: "The host was built without cgo and cannot open any plugin",
    cause: "Without cgo, Go's package plugin is only a stub that returns an error.",
    fix: "Build the host with CGO_ENABLED=1 and a C compiler.",
  },
  TENON_GO_HOST_STATIC: {
    title: "The host is statically linked and cannot open any plugin",
    cause: "A static program has no dynamic loader. Its own copy of dlopen fails or crashes the process.",
    fix: "Link the host dynamically: remove -static from its linker flags.",
  },
  TENON_GO_HOST_NO_PLUGIN: {
    title: "The host does not use the package plugin",
    cause: "Nothing in the host imports plugin, so its linker did not export the symbols that plugins need.",
    fix: "Pass the program that calls plugin.Open.",
  },
  TENON_GO_HOST_NO_SYMBOLS: {
    title: "The host does not export symbols to plugins",
    cause: "It was linked with --no-export-dynamic, or its dynamic symbols were removed.",
    fix: "Link the host without that flag.",
  },
  TENON_GO_HOST_UNSUPPORTED: {
    title: "Tenon cannot predict what this host does",
    cause: "Its platform, its kind of linking or its Go version is not supported.",
    fix: "Open the plugin in the host to find out.",
  },
  TENON_GO_FILE: {
    title: "The system's loader cannot read the plugin",
    cause: "The path does not lead to a file, or the file is not a library for this machine.",
    fix: "Pass the path of the plugin's .so file.",
  },
  TENON_GO_NOT_SHARED: {
    title: "The file is a program, not a plugin",
    cause: "It was built without -buildmode=plugin.",
    fix: "Build it with go build -buildmode=plugin.",
  },
  TENON_GO_LIBRARY_MISSING: {
    title: "A library that the plugin needs is missing",
    cause: "The plugin uses C code from a shared library that is not installed.",
    fix: "Install the library on the host's system.",
  },
  TENON_GO_LIBRARY_VERSION: {
    title: "The plugin needs a newer C library than the host's system has",
    cause: "It was built on a newer system than the one that the host runs on.",
    fix: "Build the plugin on the host's system or an older one.",
  },
  TENON_GO_LIBC: {
    title: "Host and plugin use different C libraries",
    cause: "One was linked with musl, the other with glibc. A process can use only one of them.",
    fix: "Build the plugin on the same kind of system as the host.",
  },
  TENON_GO_SYMBOL_UNDEFINED: {
    title: "The plugin needs a symbol that nothing defines",
    cause: "C code in the plugin calls a function of a library that it is not linked with.",
    fix: "Add the library to the plugin's cgo LDFLAGS.",
  },
  TENON_GO_TLS: {
    title: "The plugin's thread-local storage does not fit",
    cause: "The loader reserves little space for libraries that are opened later, and the plugin needs more.",
    fix: "Reduce the thread-local variables in the plugin's C code.",
  },
  TENON_GO_NOT_A_PLUGIN: {
    title: "The library is not a Go plugin",
    cause: "It was built with another compiler or build mode, so the host finds no Go module in it.",
    fix: "Build it with go build -buildmode=plugin.",
  },
  TENON_GO_SYMBOLIC: {
    title: "The plugin was linked with -Bsymbolic",
    cause: "Its references to the host's runtime stay inside the plugin, so the host does not notice the plugin.",
    fix: "Remove -Bsymbolic from the plugin's linker flags.",
  },
  TENON_GO_VERSION: {
    title: "Host and plugin were built with different Go versions",
    cause: "A plugin works only in a host of the same Go release.",
    fix: "Build the plugin with the host's Go version.",
  },
  TENON_GO_TRIMPATH: {
    title: "Only one of host and plugin was built with -trimpath",
    cause: "Go compares a hash of each package, and source file paths are part of it.",
    fix: "Build both with -trimpath, or both without.",
  },
  TENON_GO_BUILD_PATH: {
    title: "Packages were compiled in different folders",
    cause: "Go compares a hash of each package. Without -trimpath, the folder of each source file is part of it.",
    fix: "Build both with -trimpath.",
  },
  TENON_GO_HOST_MODULE: {
    title: "The main module of one side is a dependency of the other",
    cause: "The same source is compiled under two paths: host/api on one side, host@v1.0.0/api on the other.",
    fix: "Move the shared packages to a separate module, or build the plugin inside the host's module or workspace.",
  },
  TENON_GO_DEPENDENCY: {
    title: "Host and plugin use different versions of a module",
    cause: "Packages that both sides contain must come from the same version of their module.",
    fix: "Require the host's version in the plugin's go.mod.",
  },
  TENON_GO_RACE: {
    title: "Only one of host and plugin was built with a sanitizer",
    cause: "-race, -msan and -asan change the runtime packages.",
    fix: "Build both with the same flag.",
  },
  TENON_GO_COMPILER_FLAGS: {
    title: "Host and plugin were compiled with different compiler flags",
    cause: "-gcflags=all=… changes every package. Debuggers and editors add -N -l.",
    fix: "Build the plugin with the host's -gcflags.",
  },
  TENON_GO_EXPERIMENT: {
    title: "Host and plugin were built with different experiments",
    cause: "GOEXPERIMENT changes the runtime packages.",
    fix: "Build the plugin with the host's GOEXPERIMENT.",
  },
  TENON_GO_TAGS: {
    title: "Host and plugin were built with different tags",
    cause: "Build tags select different files of a package that both sides contain.",
    fix: "Build the plugin with the host's -tags.",
  },
  TENON_GO_PROFILE: {
    title: "Host and plugin were optimised with different profiles",
    cause: "A profile (default.pgo next to the main package) changes what is inlined in many packages.",
    fix: "Build both with the same profile, or with -pgo=off.",
  },
  TENON_GO_COVER: {
    title: "Only one of host and plugin was built for test coverage",
    cause: "-cover rewrites packages. So does go test for the package under test.",
    fix: "Build both without -cover.",
  },
  TENON_GO_TRIM_FLAG: {
    title: "Paths were trimmed with -gcflags=-trimpath",
    cause: "That compiler flag trims other paths than go build -trimpath.",
    fix: "Use go build -trimpath on both sides.",
  },
  TENON_GO_CGO: {
    title: "Only one of host and plugin was built with cgo, or their C flags differ",
    cause: "With cgo, packages such as net and os/user consist of other files.",
    fix: "Build both with the same cgo settings.",
  },
  TENON_GO_PACKAGE: {
    title: "A package differs, and the files do not reveal why",
    cause: "Its source was changed, or it was built in a way that leaves no trace.",
    fix: "Build host and plugin from the same sources with the same flags.",
  },
  TENON_GO_POISONED: {
    title: "An earlier plugin breaks this one",
    cause: "A plugin that failed to open stays in memory, and Go compares its packages instead of the host's.",
    fix: "Restart the host without the plugin that fails.",
  },
  TENON_GO_PLUGIN_PATH: {
    title: "The linker flag -pluginpath changed the plugin's path",
    cause: "Its symbols have another path than the one that Go uses to look them up.",
    fix: "Remove -ldflags=-pluginpath=… from the build.",
  },
  TENON_GO_SYMBOL_MISSING: {
    title: "A symbol that the plugin exports cannot be looked up",
    cause: "The plugin's dynamic symbols were removed or renamed.",
    fix: "Build the plugin again. To strip it, use go build -ldflags='-s -w' and nothing else.",
  },
  TENON_GO_ALREADY_LOADED: {
    title: "The plugin is loaded already",
    cause: "The same plugin, or another build of the same source, was opened before under another path.",
    fix: "Open each plugin once, and build each one from its own source folder or package path.",
  },
  TENON_GO_PREVIOUS_FAILURE: {
    title: "The plugin failed before in this process",
    cause: "A Go host remembers that a plugin failed and repeats the failure.",
    fix: "Fix the plugin, then restart the host.",
  },
  TENON_GO_AFTER_CRASH: {
    title: "The host does not reach this plugin",
    cause: "An earlier plugin makes the process crash or hang, or breaks its list of modules.",
    fix: "Remove the plugin that breaks the host.",
  },
  TENON_GO_SILENT_SKEW: {
    title: "Host and plugin differ in a way that plugin.Open does not check",
    cause:
      "Go does not compare the bodies of functions that are not inlined: the plugin runs its own version on the host's data.",
    fix: "Build the plugin with the host's version of the module.",
  },
  TENON_GO_DIFFERENCE: {
    title: "Host and plugin differ in a harmless way",
    cause: "A build setting differs that does not change the compared packages.",
    fix: "No action needed.",
  },
  TENON_GO_UNTOLD: {
    title: "The result depends on the host's system",
    cause: "Tenon does not know which libraries are installed there.",
    fix: "Pass the root folder of the host's system with --sysroot.",
  },
} as const;
