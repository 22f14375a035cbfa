import type { Fix, TenonError } from "../error.js";
import { errors } from "../errors.js";
import { type Finding, finding } from "../finding.js";
import { shellPath } from "../shell-word.js";

/** The command line is not valid. */
function usage(message: string, fix: string | Fix, cause?: unknown): TenonError {
  return errors.TENON_USAGE({ message, fix: typeof fix === "string" ? { text: fix } : fix, cause });
}

/** An error that is not Tenon's reached the command line. */
export function unexpectedFailure(message: string, cause: unknown): TenonError {
  return errors.TENON_INTERNAL({ message, cause });
}

/** No command was named. @param help the command that prints the list */
export function commandMissing(help: string): TenonError {
  return usage("missing command", { text: "Name a command. This lists them:", command: help });
}

/** The command line is not valid in a way that commander describes. @param help the command that prints the help */
export function commandLineInvalid(message: string, help: string): TenonError {
  return usage(message, helpFix(help));
}

/** A value is not one of those allowed. @param near `; did you mean "x"?`, or nothing */
export function choiceUnknown(
  noun: string,
  given: string,
  choices: readonly string[],
  near: string,
  help: string,
): TenonError {
  return usage(`unknown ${noun} "${given}"; use ${alternatives(choices)}${near}`, helpFix(help));
}

/** The value of an option or argument cannot be parsed. @param reason what was expected */
export function valueInvalid(name: string, given: string, reason: string, help: string): TenonError {
  return usage(`${name}: "${given}" is not valid: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`, helpFix(help));
}

/** A folder or file to search does not exist. */
export function searchFolderMissing(path: string, near: string): TenonError {
  return usage(`the folder ${path} does not exist${near}`, "Name a folder that contains plugins.");
}

/** `--config` names a config file, and the command does not read one. */
export function configFileUnused(file: string, command: string, readers: readonly string[]): TenonError {
  return usage(
    `the command ${command} does not read config files such as ${file}`,
    `Use the file with the commands ${readers.join(" and ")}, or leave out --config.`,
  );
}

/** A config file has no plugin of this name. */
export function configuredPluginUnknown(name: string, file: string, near: string | undefined): TenonError {
  return usage(
    `${file} has no plugin "${name}"${near === undefined ? "" : `; did you mean "${near}"?`}`,
    `With a config file, name its plugins, or none to use all. This lists them: tenon list --config ${file}`,
  );
}

/** The file that `--config` names does not exist. */
export function configurationMissing(path: string): TenonError {
  return usage(`the configuration ${path} does not exist`, "Check the path after --config.");
}

/** The file that `--config` names throws while it is loaded. */
export function configurationFailed(path: string, reason: string, cause: unknown): TenonError {
  return usage(
    `the configuration ${path} cannot be loaded: ${reason}`,
    { text: "Correct the module. This runs it alone:", command: `node ${shellPath(path)}` },
    cause,
  );
}

/** The file that `--config` names exports nothing by default. */
export function configurationNotExported(path: string): TenonError {
  return usage(
    `the configuration ${path} has no default export`,
    "Export the configuration: export default { runtimes: [yourRuntime] };",
  );
}

/** A contribution brings a command whose name is taken. */
export function commandTaken(contribution: string, command: string): TenonError {
  return usage(
    `the contribution ${contribution} brings the command tenon ${command}, which there is already`,
    "Give the command another name in the configuration.",
  );
}

/** `tenon run` lacks a function that the plugin imports. */
export function hostFunctionMissing(label: string): TenonError {
  return errors.TENON_IMPORT_MISSING({
    message: `the plugin called the host function ${label}(), which tenon run does not provide`,
    subject: label,
    fix: {
      text: "Open the plugin from a program that provides the function. This creates one to start from:",
      command: "tenon new host app",
    },
  });
}

/** The file that `--settings @FILE` names cannot be read. */
export function settingsUnreadable(path: string, reason: string, cause: unknown): TenonError {
  return usage(`--settings: cannot read ${path}: ${reason}`, "Check the path after @.", cause);
}

/** Settings are not JSON. @param path the file that contains them, if there is one */
export function settingsNotJson(path: string | undefined, reason: string, cause: unknown): TenonError {
  const where = path === undefined ? "--settings" : `--settings: ${path}`;
  return usage(`${where}: not valid JSON: ${reason}`, `Write JSON, for example --settings '{"name": "value"}'.`, cause);
}

/** A file could not be written. */
export function fileNotWritten(path: string, reason: string, cause: unknown): TenonError {
  return errors.TENON_FILE_WRITE({ message: `cannot write ${path}: ${reason}`, subject: path, cause });
}

/** No builder recognises what `tenon build` should build. */
export function sourceNotRecognised(path: string): TenonError {
  return errors.TENON_ARTIFACT_UNKNOWN({
    message: `${path}: expected Go, C, Rust, TypeScript or JavaScript source, found none`,
    subject: path,
    fix: { text: "Name the plugin's source file, or the folder that contains its source." },
  });
}

/** `tenon build` of a script was asked for anything but a component. */
export function componentNameInvalid(out: string): TenonError {
  return usage(
    `--out ${out}: expected a file name that ends in .wasm`,
    "TypeScript and JavaScript plugins run as they are. To compile one to a component, end the file's name in .wasm.",
  );
}

/** `--sysroot` was given with a host, but with no plugin. */
export function goPluginsMissing(host: string): TenonError {
  return usage(
    `missing Go plugins: --sysroot checks the plugins of a Go program, and only ${host} is named`,
    "Name the plugins after the program that opens them.",
  );
}

/** An option that is about contracts was given for Go plugins. */
export function contractOptionForGo(option: string): TenonError {
  return usage(`--${option} does not apply to Go plugins`, `Remove --${option}: a Go plugin has no contract.`);
}

/** A Go plugin was given without the program that opens it. */
export function goHostMissing(plugin: string): Finding {
  return finding("TENON_GO_HOST_MISSING", {
    severity: "warning",
    subject: plugin,
    message: `${plugin} is a Go plugin; checking it needs the Go program that opens it`,
    fix: { text: `Name the program first: tenon check HOST ${shellPath(plugin)}` },
  });
}

/** `tenon go deps --module` was given for another format than go.mod. */
export function moduleOptionMisplaced(): TenonError {
  return usage("--module applies only to --format go.mod", "Add --format go.mod, or remove --module.");
}

/** `--watch` or `--inspect` was given, but no function. */
export function functionMissing(plugin: string): TenonError {
  return usage("missing function: --watch and --inspect need one to call", {
    text: "Name a function. This lists them:",
    command: `tenon run ${shellPath(plugin)}`,
  });
}

/** The plugin has no function of this name. @param signatures of those that it has */
export function functionUnknown(name: string, near: string, signatures: readonly string[], plugin: string): TenonError {
  const found = near !== "" || signatures.length === 0 ? near : `; the plugin has:${indented(signatures)}`;
  return usage(`there is no function "${name}"${found}`, functionFix(plugin));
}

/** What follows a WASI command is none of its functions: an argument of the program. */
export function programArgumentMisplaced(plugin: string, words: readonly string[]): TenonError {
  return usage(`${plugin} is a WASI command and has no function "${words[0]}"`, {
    text: "Put the arguments of the program after --.",
    command: `tenon run ${shellPath(plugin)} -- ${words.map(shellPath).join(" ")}`,
  });
}

/** The name belongs to a method of a resource. */
export function functionIsMethod(name: string, signatures: readonly string[], plugin: string): TenonError {
  const found = signatures.length === 0 ? "" : `; the plugin has these functions:${indented(signatures)}`;
  return usage(
    `${name} is a method and needs an object, which the command line cannot provide${found}`,
    functionFix(plugin),
  );
}

/** The debugger's address is in use or not allowed. */
export function inspectorUnavailable(host: string, port: number): TenonError {
  return usage(
    `--inspect: cannot listen on ${host}:${port}; another program may be using the port`,
    "Choose another port, or let the system choose a free one: --inspect=127.0.0.1:0",
  );
}

/** `tenon serve` cannot listen on its address. */
export function addressUnavailable(host: string, port: number, reason: string, cause: unknown): TenonError {
  return usage(`cannot listen on ${host}:${port}: ${reason}`, "Choose another --port or --host.", cause);
}

/** The plugin does not handle HTTP requests. @param contract the id of the contract that it could implement */
export function httpHandlerMissing(path: string, contract: string): TenonError {
  return errors.TENON_SYMBOL_MISSING({
    message: `${path} does not serve HTTP: it does not export wasi:http/incoming-handler`,
    subject: path,
    fix: { text: `Build it for the world wasi:http/proxy, or implement the contract ${contract}.` },
  });
}

function helpFix(command: string): Fix {
  return { text: "See the command's help:", command };
}

function functionFix(plugin: string): Fix {
  return {
    text: "Name one of the plugin's functions. This describes them:",
    command: `tenon run ${shellPath(plugin)}`,
  };
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `\n    ${line}`).join("");
}

/** `a, b or c`. */
function alternatives(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join("") : `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
}
