/** Codes of `tenon go doctor`: what in a plugin's source will make trouble in a host. */
export const goDoctorCodes = {
  TENON_GO_DOCTOR_HOST_REQUIRED: {
    title: "A required module is itself a program that opens plugins",
    cause: "As a dependency, the host's packages are compiled under another path than inside the host.",
    fix: "Move what both use into a module of its own, or build with: tenon go build --for HOST.",
  },
  TENON_GO_DOCTOR_REPLACE: {
    title: "The module replaces another one",
    cause:
      "A replacement counts in the plugin's build only; the host uses the replaced module unless it does the same.",
    fix: "Require a published version, the one that the host has, and remove the replacement.",
  },
  TENON_GO_DOCTOR_VENDOR: {
    title: "The module has a vendor folder",
    cause: "Without -trimpath, vendored packages are compiled under another path than the host's.",
    fix: "Build with -trimpath, or with -mod=mod.",
  },
  TENON_GO_DOCTOR_WORKSPACE: {
    title: "A go.work file is in effect",
    cause: "It replaces required versions by folders of this machine, which the host does not have.",
    fix: "Build plugins with GOWORK=off, unless the workspace holds the host itself.",
  },
  TENON_GO_DOCTOR_TRIMPATH: {
    title: "Plugins are built without -trimpath",
    cause: "File paths are compared then, so that the plugin opens only in hosts that were built in the same folders.",
    fix: "Add -trimpath to the build of host and plugin.",
  },
  TENON_GO_DOCTOR_NO_CGO: {
    title: "Cgo is switched off, or there is no C compiler",
    cause: "-buildmode=plugin needs CGO_ENABLED=1 and a C compiler.",
    fix: "Set CGO_ENABLED=1 and install a C compiler.",
  },
  TENON_GO_DOCTOR_PLATFORM: {
    title: "Go has no plugins on this platform",
    cause: "-buildmode=plugin exists on Linux, macOS, FreeBSD and Android only.",
    fix: "Build for linux, or use another kind of plugin.",
  },
  TENON_GO_DOCTOR_INIT: {
    title: "Something happens when the plugin is loaded",
    cause: "init functions and package variables run inside plugin.Open, in the host's process, and are never undone.",
    fix: "Move it into an exported function that the host calls.",
  },
  TENON_GO_DOCTOR_NO_SYMBOLS: {
    title: "The plugin exports nothing",
    cause: "Lookup finds exported functions and variables of package main only.",
    fix: "Export what the host looks up: a function or variable whose name begins with a capital letter.",
  },
  TENON_GO_DOCTOR_NOT_MAIN: {
    title: "The package is not a main package",
    cause: "Only a package main can be built as a plugin.",
    fix: 'Begin the files with "package main".',
  },
  TENON_GO_DOCTOR_MAIN_FUNCTION: {
    title: "The function main is never called",
    cause: "A plugin's main is not run when the plugin is opened.",
    fix: "Move what it does into an exported function.",
  },
  TENON_GO_DOCTOR_NEWER_GO: {
    title: "The module asks for a newer Go than the one on PATH",
    cause: "The go command then switches to another release, and the plugin fits only hosts of that release.",
    fix: "Lower the go or toolchain line to the host's version, or build with: tenon go build --for HOST.",
  },
  TENON_GO_DOCTOR_PSEUDO_VERSION: {
    title: "A module is required at a commit instead of a release",
    cause: "The host must have the very same commit; a later tag of the same source counts as another version.",
    fix: "Require a tagged version where there is one.",
  },
  TENON_GO_DOCTOR_FILE_LIST: {
    title: "The plugin is built from a list of files",
    cause: "Its package path is then a hash of the sources, and files may be forgotten.",
    fix: "Name the package instead: go build -buildmode=plugin .",
  },
  TENON_GO_DOCTOR_PLUGIN_PATH: {
    title: "A build script sets -pluginpath",
    cause: "The linker then names the symbols otherwise than the plugin looks them up.",
    fix: "Remove -pluginpath from -ldflags.",
  },
  TENON_GO_DOCTOR_SAME_PATH: {
    title: "Two main packages have the same import path",
    cause: "The import path identifies a plugin; the second one of the same path is taken for the first.",
    fix: "Give each plugin a module path or a folder of its own.",
  },
  TENON_GO_DOCTOR_SYNTAX: {
    title: "A Go file cannot be read to its end",
    cause: "A comment, string or bracket is not closed, or the file is no Go source.",
    fix: "Correct the file; go vet names the line.",
  },
} as const;
