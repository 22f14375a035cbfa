import type { Fix, TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import { shellPath, shellWord } from "../shell-word.js";

/** The host, as failures name it. */
export interface GoHostName {
  /** The path of the program. */
  readonly host: string;
  /** `go1.26.8`, `go1.26.8-X:nodwarf5`. */
  readonly goVersion: string;
}

// The host

/** The host has no Go build information. */
export function goBuildInfoMissing(path: string): TenonError {
  return errors.TENON_GO_BUILD_INFO_MISSING({
    message: `${path} has no Go build information, which says how to build a plugin for it`,
    subject: path,
  });
}

/** The host was built without cgo. */
export function goHostWithoutCgo(host: string): TenonError {
  return errors.TENON_GO_HOST_NO_CGO({
    message: `${host} was built with CGO_ENABLED=0 and cannot open plugins`,
    subject: host,
  });
}

/** The file that was passed as the host is a plugin. */
export function goHostIsPlugin(host: string): TenonError {
  return errors.TENON_GO_HOST_NO_PLUGIN({
    message: `${host} is a plugin itself: expected the program that opens plugins`,
    subject: host,
  });
}

/** The host is a program for Windows. */
export function goHostForWindows(host: string): TenonError {
  return errors.TENON_GO_HOST_UNSUPPORTED({
    message: `${host} is a Windows program, and Go does not support plugins on Windows`,
    subject: host,
  });
}

/** The host was built with a compiler flag that could do more than change the compiled code. */
export function goHostFlagRejected(host: string, flag: string): TenonError {
  return errors.TENON_GO_HOST_UNSUPPORTED({
    message: `${host} was built with the compiler flag ${flag}, which Tenon does not pass to the compiler`,
    subject: host,
    fix: { text: "Build the host without that flag." },
  });
}

/** The profile that the host was optimised with was not found. @param candidates the paths that were tried. */
export function goProfileMissing(host: string, profile: string, candidates: readonly string[]): TenonError {
  const tried = candidates.length === 0 ? "" : `: looked for ${candidates.join(", ")}`;
  return errors.TENON_GO_PROFILE_MISSING({
    message: `${host} was optimised with the profile ${profile}, which was not found${tried}`,
    subject: profile,
  });
}

/** No Docker image can build plugins for the host. */
export function goImageMissing({ host, goVersion }: GoHostName, platform: string): TenonError {
  return errors.TENON_GO_TOOLCHAIN_MISSING({
    message: `there is no Docker image for ${host}: it was built with ${goVersion} for ${platform}`,
    subject: goVersion,
    fix: { text: "Build the host with a release of Go for Linux." },
  });
}

/** An error about a file's content, with the path of the file. */
export function inFile(path: string, thrown: TenonError): TenonError {
  return errors[thrown.code]({ message: `${path}: ${thrown.message}`, subject: path, fix: thrown.fix, cause: thrown });
}

// The tool chain

/** Why the host's Go is not available. */
export type GoToolchainProblem =
  | { readonly kind: "development" }
  | { readonly kind: "no-go"; readonly release: string }
  /** @property found the release of the go on PATH. */
  | { readonly kind: "too-old" | "no-download"; readonly release: string; readonly found: string }
  | { readonly kind: "download-failed"; readonly release: string; readonly found: string; readonly output: string };

/** The Go release that built the host is not installed, and cannot be downloaded. */
export function goToolchainMissing({ host, goVersion }: GoHostName, problem: GoToolchainProblem): TenonError {
  return errors.TENON_GO_TOOLCHAIN_MISSING({
    message: `${host} was built with ${goVersion}, which is not available here: ${toolchainReason(problem)}`,
    subject: goVersion,
    fix: toolchainFix(problem),
  });
}

function toolchainReason(problem: GoToolchainProblem): string {
  switch (problem.kind) {
    case "development":
      return "it is a development version, which cannot be downloaded";
    case "no-go":
      return "there is no go command on PATH that could download it";
    case "too-old":
      return `the go on PATH is ${problem.found}, and only Go 1.21 or later can download other releases`;
    case "no-download":
      return `the go on PATH is ${problem.found}, and downloads are not allowed`;
    case "download-failed":
      return `the go on PATH (${problem.found}) could not download it: ${problem.output}`;
  }
}

function toolchainFix(problem: GoToolchainProblem): Fix {
  if (problem.kind === "development")
    return { text: "Put the Go that built the host first on PATH, or build the host with a release of Go." };
  const { release } = problem;
  if (problem.kind === "no-go") return { text: `Install ${release} from https://go.dev/dl/ and put it on PATH.` };
  const text =
    problem.kind === "download-failed"
      ? `Check the network and GOPROXY, or install ${release} yourself.`
      : `Install ${release}.`;
  return { text, command: `go install golang.org/dl/${release}@latest && "$(go env GOPATH)/bin/${release}" download` };
}

/** No C compiler targets the host's platform. @param candidates the commands that were looked for. */
export function goCCompilerMissing(host: string, platform: string, candidates: readonly string[]): TenonError {
  const tried = candidates.length === 0 ? "" : `: none of ${candidates.join(", ")} is on PATH`;
  return errors.TENON_GO_COMPILER_MISSING({
    message: `no C compiler found for ${platform}, the platform of ${host}${tried}`,
    subject: platform,
    fix: { text: `Install ${candidates[0] ?? `a C compiler for ${platform}`}, or set CC to another one.` },
  });
}

// The plugin's source

/** Why a folder has no source to build. */
export type GoSourceProblem = "missing" | "file" | "empty";

/** The folder that was given is not one with Go source. */
export function goSourceMissing(given: string, problem: GoSourceProblem, cause?: unknown): TenonError {
  const message = {
    missing: `${given} does not exist`,
    file: `${given} is a file: expected the folder of the plugin's main package`,
    empty: `${given} has no .go files`,
  }[problem];
  return errors.TENON_GO_NO_SOURCE({ message, subject: given, cause });
}

/** There is no go.mod in a folder or above it. */
export function goModuleFileMissing(given: string): TenonError {
  return errors.TENON_GO_MODULE_MISSING({
    message: `${given} is not in a Go module: there is no go.mod in it or above it`,
    subject: given,
    fix: { text: "Make the folder a module.", command: `cd ${shellPath(given)} && go mod init example.com/plugin` },
  });
}

/** The package is not a main package. */
export function goMainMissing(given: string, found: string | undefined): TenonError {
  return errors.TENON_GO_NOT_MAIN({
    message: `${given} has package ${found ?? "of no name"}: expected package main`,
    subject: given,
  });
}

/** The name of a folder has characters that the compiler's flags cannot express. */
export function goFolderNameUnsupported(path: string): TenonError {
  return errors.TENON_GO_BUILD_PATH({
    message: `the compiler does not accept the folder ${path}: its name contains ";", "=>" or a quotation mark`,
    subject: path,
    fix: { text: "Move the source to a folder without these characters in its path." },
  });
}

// Modules

/** A module requires a newer Go than the host's. */
export function goLanguageTooNew(module: string, version: string, { host, goVersion }: GoHostName): TenonError {
  return errors.TENON_GO_NEWER_LANGUAGE({
    message: `${module} requires Go ${version}, but ${host} was built with ${goVersion}`,
    subject: module,
  });
}

/** A module that the plugin needs in a newer version than the host has, and the modules that require each version. */
export interface GoVersionConflict {
  readonly path: string;
  readonly host: string;
  readonly hostRequiredBy: readonly string[];
  readonly plugin: string;
  readonly pluginRequiredBy: readonly string[];
}

/**
 * The plugin needs newer versions of modules than the host has.
 *
 * @param folder the plugin's folder, if its own go.mod requires all of them: then it can be changed there.
 */
export function goVersionConflicts(
  conflicts: readonly GoVersionConflict[],
  host: string,
  folder: string | undefined,
): TenonError {
  const lines = conflicts.map(
    ({ path, host: has, hostRequiredBy, plugin: needs, pluginRequiredBy }) =>
      `${path}: host has ${has} (required by ${few(hostRequiredBy)}), plugin needs ${needs} (required by ${few(pluginRequiredBy)})`,
  );
  const versions = conflicts.map(({ path, host: has }) => shellWord(`${path}@${has}`)).join(" ");
  const fix: Fix | undefined =
    folder === undefined
      ? undefined
      : {
          text: "Require the host's versions in the plugin, if its source and its dependencies work with them.",
          command: `cd ${shellPath(folder)} && go get ${versions}`,
        };
  return errors.TENON_GO_CONFLICT({
    message: lines.join("\n"),
    subject: conflicts[0]?.path ?? host,
    ...(fix === undefined ? {} : { fix }),
  });
}

function few(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

/** Host and plugin have different checksums for one version of a module. */
export function goSumConflict(module: string, host: string, plugin: string): TenonError {
  return errors.TENON_GO_SUM({
    message: `${module}: the host has the checksum ${host}, but the plugin's go.sum has ${plugin}`,
    subject: module,
  });
}

/** The module versions keep changing. */
export function goModulesUnsettled(folder: string, rounds: number): TenonError {
  return errors.TENON_GO_BUILD_FAILED({
    message: `${folder}: the module versions still change after ${rounds} rounds of making them the host's`,
    subject: folder,
    fix: {
      text: "Require the host's module versions in the plugin's go.mod. `tenon go deps HOST --format go.mod` prints them.",
    },
  });
}

/** The host does not have a replacement of the plugin's go.mod, so it is not used. */
export function goReplacementIgnored(path: string, by: string): Finding {
  return finding("TENON_GO_REPLACE_IGNORED", {
    severity: "info",
    subject: path,
    message: `${path}: the plugin's go.mod replaces it with ${by}, but the host does not`,
  });
}

/** The host replaces a module with a folder that this machine does not have. */
export function goReplacedLocally(path: string, folder: string, version: string): Finding {
  return finding("TENON_GO_REPLACED_LOCALLY", {
    severity: "warning",
    subject: path,
    message: `${path}: the host uses its local folder ${folder}, which was not found; the plugin is built with ${version}`,
  });
}

// The go command

/** What the go command complains about. */
export type GoCommandProblem = "c-compiler" | "checksum" | "no-source" | "unavailable" | "other";

/** The go command failed. @param output its own words. */
export function goCommandFailed(
  problem: GoCommandProblem,
  folder: string,
  { goVersion }: GoHostName,
  output: string,
): TenonError {
  const details = (message: string) => ({ message: `${message}:\n${output}`, subject: folder });
  switch (problem) {
    case "c-compiler":
      return errors.TENON_GO_COMPILER_MISSING(details("the C compiler does not run"));
    case "checksum":
      return errors.TENON_GO_SUM(details("a module's content does not match its checksum"));
    case "no-source":
      return errors.TENON_GO_NO_SOURCE(details(`${folder} has no Go source to build`));
    case "unavailable":
      return errors.TENON_GO_MODULE_UNAVAILABLE(details("a module is not available"));
    case "other":
      return errors.TENON_GO_BUILD_FAILED(details(`building ${folder} with ${goVersion} failed`));
  }
}

/** A command wrote more output than is kept. */
export function goOutputTooLarge(command: string, file: string, bytes: number): TenonError {
  return errors.TENON_GO_BUILD_FAILED({
    message: `${command} wrote too much output: expected at most ${bytes >> 20} MiB, found more`,
    subject: file,
    fix: { text: "Run the command yourself to see what it prints." },
  });
}

/** The system cannot start a command. */
export function goCommandNotStarted(file: string, folder: string, reason: string): TenonError {
  return errors.TENON_GO_BUILD_FAILED({
    message: `cannot start ${file}: ${reason}`,
    subject: file,
    fix: { text: `Make sure that ${file} exists and is executable, and that the folder ${folder} exists.` },
  });
}

/** A command was stopped. @param isDeadline whether it exceeded its deadline; otherwise the build was cancelled. */
export function goCommandStopped(command: string, folder: string, isDeadline: boolean, cause: unknown): TenonError {
  return errors.TENON_GO_BUILD_STOPPED({
    message: `${command} was stopped: ${isDeadline ? "it exceeded its deadline" : "the build was cancelled"}`,
    subject: folder,
    cause,
  });
}

// The result

/** The output file cannot be written. */
export function goOutputUnwritable(output: string, cause: Error): TenonError {
  return errors.TENON_BUILD_WRITE({ message: `cannot write ${output}: ${cause.message}`, subject: output, cause });
}

/** Nothing shows whether the host opens the plugin. */
export function goUnverified(output: string, host: string): Finding {
  return finding("TENON_GO_UNVERIFIED", {
    severity: "warning",
    subject: output,
    message: `${output} was built like ${host}, but the files do not show whether the host will open it`,
  });
}

/** Packages of the host's own module were compiled from a different source. @param source the version or folder. */
export function goHostSourceDiffers(about: {
  readonly host: string;
  readonly main: string;
  readonly packages: readonly string[];
  readonly source: string | undefined;
  readonly findings: readonly Finding[];
}): TenonError {
  const { host, main, packages, source, findings } = about;
  return errors.TENON_GO_HOST_SOURCE({
    message: `${packages.join(", ")}: compiled from ${source ?? "other source"}, but ${host} was built from different source`,
    subject: packages[0] ?? main,
    findings,
  });
}

/** The host would not open the plugin. @param outcome what it would do, or the error of plugin.Open. */
export function goMisfit(about: {
  readonly host: string;
  readonly output: string;
  readonly outcome: { readonly kind: "error" | "crash" | "hang"; readonly error: string | undefined };
  readonly packages: readonly string[];
  readonly findings: readonly Finding[];
}): TenonError {
  const { host, output, outcome, packages, findings } = about;
  const what =
    outcome.error ?? { error: "plugin.Open fails", crash: "the host crashes", hang: "the host hangs" }[outcome.kind];
  const list = packages.length === 0 ? "" : `\npackages that differ: ${packages.join(", ")}`;
  return errors.TENON_GO_MISFIT({
    message: `${host} would not open ${output}: ${what}${list}`,
    subject: output,
    findings,
  });
}
