/** Codes of `tenon go doctor`: problems in a plugin's source, found without its host. */
export const goDoctorCodes = {
  TENON_GO_DOCTOR_HOST_REQUIRED: {
    title: "A required module is itself a program that opens plugins",
    cause: "As a dependency, the host's packages are compiled under a different path than in the host itself.",
    fix: "Move the shared packages into their own module, or build with: tenon go build --for HOST.",
  },
  TENON_GO_DOCTOR_REPLACE: {
    title: "The module replaces another module",
    cause:
      "A replacement only affects the plugin's build; the host uses the original module unless it replaces it too.",
    fix: "Require the published version that the host uses, and remove the replacement.",
  },
  TENON_GO_DOCTOR_VENDOR: {
    title: "The module has a vendor folder",
    cause: "Without -trimpath, vendored packages are compiled under a different path than in the host.",
    fix: "Build with -trimpath, or with -mod=mod.",
  },
  TENON_GO_DOCTOR_WORKSPACE: {
    title: "A go.work file is in effect",
    cause: "It replaces required versions with folders on this machine, which the host was not built from.",
    fix: "Build plugins with GOWORK=off, unless the workspace contains the host itself.",
  },
  TENON_GO_DOCTOR_TRIMPATH: {
    title: "Plugins are built without -trimpath",
    cause: "Go then compares file paths, so the plugin opens only in hosts that were built in the same folders.",
    fix: "Build both host and plugin with -trimpath.",
  },
  TENON_GO_DOCTOR_NO_CGO: {
    title: "Cgo is disabled, or there is no C compiler",
    cause: "-buildmode=plugin needs CGO_ENABLED=1 and a C compiler.",
    fix: "Set CGO_ENABLED=1 and install a C compiler.",
  },
  TENON_GO_DOCTOR_PLATFORM: {
    title: "Go does not support plugins on this platform",
    cause: "-buildmode=plugin works on Linux, macOS, FreeBSD and Android only.",
    fix: "Build for Linux, or use another kind of plugin.",
  },
  TENON_GO_DOCTOR_INIT: {
    title: "The plugin has side effects when it is loaded",
    cause:
      "plugin.Open runs init functions and initializes package variables in the host's process; nothing undoes them.",
    fix: "Move the code into an exported function that the host calls.",
  },
  TENON_GO_DOCTOR_NO_SYMBOLS: {
    title: "The plugin exports nothing",
    cause: "Lookup only finds exported functions and variables of package main.",
    fix: "Export what the host looks up: a function or variable whose name starts with a capital letter.",
  },
  TENON_GO_DOCTOR_NOT_MAIN: {
    title: "The package is not a main package",
    cause: "Only a package main can be built as a plugin.",
    fix: 'Begin the files with "package main".',
  },
  TENON_GO_DOCTOR_MAIN_FUNCTION: {
    title: "The function main is never called",
    cause: "Opening a plugin does not run its main function.",
    fix: "Move its code into an exported function.",
  },
  TENON_GO_DOCTOR_NEWER_GO: {
    title: "The module requires a newer Go than the one on PATH",
    cause: "The go command then switches to a newer release, and the plugin only fits hosts built with that release.",
    fix: "Lower the go or toolchain line to the host's version, or build with: tenon go build --for HOST.",
  },
  TENON_GO_DOCTOR_PSEUDO_VERSION: {
    title: "A module is required at a commit instead of a release",
    cause: "The host must use exactly this commit; a later tag of the same source counts as a different version.",
    fix: "Require a tagged version if there is one.",
  },
  TENON_GO_DOCTOR_FILE_LIST: {
    title: "The plugin is built from a list of files",
    cause: "Its package path is then a hash of the sources, and it is easy to leave out a file.",
    fix: "Name the package instead: go build -buildmode=plugin .",
  },
  TENON_GO_DOCTOR_PLUGIN_PATH: {
    title: "A build script sets -pluginpath",
    cause: "The linker then gives the symbols different names than the ones that the plugin looks up.",
    fix: "Remove -pluginpath from -ldflags.",
  },
  TENON_GO_DOCTOR_SAME_PATH: {
    title: "Two main packages have the same import path",
    cause: "The import path identifies a plugin: a host mistakes the second plugin with the same path for the first.",
    fix: "Give each plugin its own module path or folder.",
  },
  TENON_GO_DOCTOR_SYNTAX: {
    title: "A Go file has a syntax error",
    cause: "A comment, string or bracket is not closed, or the file is not Go source.",
    fix: "Fix the file; go vet reports the line.",
  },
} as const;
