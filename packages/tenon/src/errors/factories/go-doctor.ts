import { type Finding, finding, type Severity } from "../finding.js";

// The sources

/** A comment, string or bracket is not closed. */
export function goUnclosed(path: string, line: number): Finding {
  const message = `${path}:${line}: this line opens a comment, string or bracket that is never closed`;
  return finding("TENON_GO_DOCTOR_SYNTAX", { subject: path, message });
}

/** A file does not belong to package main. */
export function goNotMain(path: string, found: string | undefined): Finding {
  const message = `${path} has ${found === undefined ? "no package clause" : `package ${found}`}: expected package main`;
  return finding("TENON_GO_DOCTOR_NOT_MAIN", { subject: path, message });
}

/** The plugin has no exported function or variable. */
export function goNoSymbols(given: string): Finding {
  return finding("TENON_GO_DOCTOR_NO_SYMBOLS", {
    severity: "warning",
    subject: given,
    message: `${given} exports no function or variable, so a host cannot look anything up`,
  });
}

/** The plugin's main function has code, which never runs. */
export function goMainFunction(path: string, line: number): Finding {
  return finding("TENON_GO_DOCTOR_MAIN_FUNCTION", {
    severity: "info",
    subject: path,
    message: `${path}:${line}: main has code, but a host never calls it`,
  });
}

/** What code that runs while a plugin is loaded does to the host. */
export type GoLoadEffect = "exit" | "register" | "share" | "run-on" | "panic";

const loadEffects: Readonly<Record<GoLoadEffect, readonly [Severity, string]>> = {
  exit: ["error", "it exits the host's process"],
  register: ["warning", "it panics if the same name is registered twice in the process"],
  share: ["warning", "it changes state that the whole process shares"],
  "run-on": ["warning", "it keeps running until the host exits, since plugins cannot be unloaded"],
  panic: ["warning", "it makes plugin.Open panic in the host"],
};

/** A call affects the host while the plugin is loaded. @param call as written: `os.Exit`. */
export function goLoadEffect(path: string, line: number, call: string, effect: GoLoadEffect): Finding {
  const [severity, why] = loadEffects[effect];
  const where = `${path}:${line}`;
  return finding("TENON_GO_DOCTOR_INIT", {
    severity,
    subject: where,
    message: `${where}: ${call} runs while the plugin is loaded: ${why}`,
  });
}

// The module

/** The plugin's go.mod replaces a module. @param version `undefined` if `by` is a folder. */
export function goReplace(file: string, path: string, by: string, version: string | undefined): Finding {
  const isFolder = version === undefined;
  return finding("TENON_GO_DOCTOR_REPLACE", {
    severity: "warning",
    subject: path,
    message: `${file} replaces ${path} with ${isFolder ? `the folder ${by}` : `${by} ${version}`}`,
    ...(isFolder ? { cause: "A folder on this machine has no version; the host uses the published module." } : {}),
  });
}

/** The plugin's go.mod requires a commit. */
export function goPseudoVersion(file: string, path: string, version: string): Finding {
  return finding("TENON_GO_DOCTOR_PSEUDO_VERSION", {
    severity: "info",
    subject: path,
    message: `${file} requires ${path} ${version}, which is a commit and not a release`,
  });
}

/** The module has a vendor folder. */
export function goVendorFolder(root: string, folder: string): Finding {
  return finding("TENON_GO_DOCTOR_VENDOR", {
    severity: "warning",
    subject: folder,
    message: `${root} has a vendor folder, which go build uses`,
  });
}

/** A workspace is in effect. */
export function goWorkspace(workspace: string, given: string): Finding {
  return finding("TENON_GO_DOCTOR_WORKSPACE", {
    severity: "warning",
    subject: workspace,
    message: `${workspace} is in effect for ${given}`,
  });
}

/** A dependency contains a program that opens plugins. @param program the file that imports "plugin". */
export function goHostRequired(path: string, program: string): Finding {
  return finding("TENON_GO_DOCTOR_HOST_REQUIRED", {
    severity: "warning",
    subject: path,
    message: `${path} is a dependency of the plugin, and contains a program that opens plugins: ${program}`,
  });
}

/** Two plugins of a repository have the same import path. */
export function goSamePath(packagePath: string, one: string, other: string): Finding {
  return finding("TENON_GO_DOCTOR_SAME_PATH", {
    subject: packagePath,
    message: `${one} and ${other} both have the import path ${packagePath}`,
  });
}

// The environment

/** GOFLAGS is set, but without -trimpath. */
export function goFlagsWithoutTrimpath(flags: string): Finding {
  return finding("TENON_GO_DOCTOR_TRIMPATH", {
    severity: "info",
    subject: "GOFLAGS",
    message: `GOFLAGS is ${flags}, without -trimpath`,
  });
}

/** Cgo is disabled in the environment. */
export function goCgoDisabled(): Finding {
  return finding("TENON_GO_DOCTOR_NO_CGO", { subject: "CGO_ENABLED", message: "CGO_ENABLED is 0" });
}

/** The C compiler that Go would use is not installed. */
export function goNoCCompiler(compiler: string): Finding {
  return finding("TENON_GO_DOCTOR_NO_CGO", {
    subject: compiler,
    message: `the C compiler ${compiler} is not on PATH`,
  });
}

/** Go builds for a platform without plugins. */
export function goPlatformUnsupported(os: string): Finding {
  return finding("TENON_GO_DOCTOR_PLATFORM", {
    subject: os,
    message: `Go builds for ${os} here, which does not support plugins`,
  });
}

/** The plugin's go.mod requires a newer Go than the one on PATH. @param line `go` or `toolchain`. */
export function goNewerLine(file: string, line: string, version: string, found: string): Finding {
  return finding("TENON_GO_DOCTOR_NEWER_GO", {
    severity: "warning",
    subject: file,
    message: `${file}: the ${line} line requires ${version}, but the go on PATH is ${found}`,
  });
}

// Build scripts

/** What is wrong with a command that builds the plugin. */
export type GoScriptProblem = "trimpath" | "pluginpath" | "files" | "cgo" | "windows";

const scriptProblems = {
  trimpath: ["TENON_GO_DOCTOR_TRIMPATH", "warning", "the plugin is built without -trimpath"],
  pluginpath: ["TENON_GO_DOCTOR_PLUGIN_PATH", "error", "the linker gets the flag -pluginpath"],
  files: ["TENON_GO_DOCTOR_FILE_LIST", "warning", "the plugin is built from a list of files"],
  cgo: ["TENON_GO_DOCTOR_NO_CGO", "error", "plugins cannot be built with CGO_ENABLED=0"],
  windows: ["TENON_GO_DOCTOR_PLATFORM", "error", "Go does not support plugins on Windows"],
} as const;

/** A command in a build script cannot build a plugin, or one that fits few hosts. @param where `Makefile:3`. */
export function goScriptCommand(where: string, problem: GoScriptProblem): Finding {
  const [code, severity, what] = scriptProblems[problem];
  return finding(code, { severity, subject: where, message: `${where}: ${what}` });
}
