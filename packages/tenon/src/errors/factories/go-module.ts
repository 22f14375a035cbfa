import type { Fix, TenonError } from "../error.js";
import { errors } from "../errors.js";
import { shellPath } from "../shell-word.js";
import { type CommandEnd, compilerFailed, toolchainMissing } from "./module-build.js";

// Tools

/** Neither a Go installation nor the bundled tool chain was found. */
export function goToolsMissing(given: string): TenonError {
  return toolchainMissing(
    given,
    `cannot build the Go source ${given}: found neither Go 1.24 or later on PATH nor the package @tenon/go-toolchain`,
    { text: "Install Go from https://go.dev/dl/, or the package @tenon/go-toolchain next to tenon." },
  );
}

/** A file of the bundled tool chain is missing. */
export function goBundledFileMissing(packageName: string, file: string, cause: Error): TenonError {
  return errors.TENON_TOOLCHAIN_FAILED({
    message: `${packageName} is incomplete: cannot read ${file}: ${cause.message}`,
    subject: packageName,
    cause,
    fix: { text: "Build the package again.", command: "npm run build:go-toolchain" },
  });
}

/** A file of the bundled tool chain has other content than the package's list of hashes says. */
export function goBundledFileWrong(packageName: string, file: string): TenonError {
  return errors.TENON_TOOLCHAIN_FAILED({
    message: `${packageName} is damaged: ${file} is not what the package was built with`,
    subject: packageName,
    fix: { text: "Build the package again.", command: "npm run build:go-toolchain" },
  });
}

/** A part of the bundled tool chain was changed after it was unpacked. */
export function goUnpackedFileChanged(path: string): TenonError {
  return errors.TENON_CACHE_CHANGED({
    message: `${path} is part of Go's compiler or its archives, and is not used: it was changed after Tenon unpacked it`,
    subject: path,
    fix: { text: "Delete the file: Tenon unpacks it again.", command: `rm ${shellPath(path)}` },
  });
}

/** The bundled tool chain cannot be unpacked. */
export function goToolsNotUnpacked(folder: string): TenonError {
  return errors.TENON_TOOLCHAIN_FAILED({
    message: `cannot unpack Go's compiler and its archives into ${folder}: the folder is not writable`,
    subject: folder,
    fix: { text: "Make the folder writable, or pass createHost() another cacheFolder." },
  });
}

/** Go's compiler or linker failed without an error in the source. @param tool `compile`, `link` or `go list`. */
export function goToolFailed(tool: string, end: CommandEnd, output: string, folder: string): TenonError {
  return compilerFailed({ command: tool.startsWith("go ") ? tool : `go tool ${tool}`, end, output, folder });
}

/** Go's compiler or linker, running as WebAssembly, crashed. */
export function goToolCrashed(tool: string, failure: string): TenonError {
  return errors.TENON_TOOLCHAIN_FAILED({
    message: `Go's ${tool} tool, running as WebAssembly, crashed: ${failure}`,
    subject: tool,
  });
}

/** The process in which Go's tools run as WebAssembly was stopped. @param label the tool chain. */
export function goToolsStopped(label: string, cause: unknown): TenonError {
  return errors.TENON_TOOLCHAIN_FAILED({
    message: `Go's tools, running as WebAssembly, were stopped: ${cause instanceof Error ? cause.message : String(cause)}`,
    subject: label,
    cause,
  });
}

// The source

/** No Go file of the plugin belongs to a build for WebAssembly. */
export function goFilesMissing(given: string, path: string): TenonError {
  return errors.TENON_SOURCE_INVALID({
    message: `${given} has no Go file for a wasip1/wasm build`,
    subject: path,
    fix: { text: "Add a file of package main whose name and //go:build line do not exclude wasip1." },
  });
}

/** A package is neither in the standard library nor in the plugin's module. @param release the Go release, if known. */
export function goStandardPackageUnknown(path: string, release?: string): TenonError {
  return errors.TENON_SOURCE_INVALID({
    message: `package "${path}" is not in the standard library${release === undefined ? "" : ` of ${release}`}, and not in the plugin's module`,
    subject: path,
    fix: { text: "Correct the import, or add a go.mod whose module contains the package." },
  });
}

/** Bindings for editors need a folder with a contract. */
export function goBindingsUnavailable(given: string): TenonError {
  return errors.TENON_SOURCE_CONTRACT({
    message: `cannot make bindings for ${given}: expected a folder with a contract`,
    subject: given,
  });
}

/** Why an imported package cannot be compiled. */
export type GoImportProblem =
  | { readonly kind: "cgo" | "cycle" | "needs-cgo" | "other-platforms" | "no-module" | "unknown" }
  /** @property root the folder of the plugin's go.mod. */
  | { readonly kind: "not-downloaded"; readonly root: string };

/**
 * An import cannot be resolved.
 *
 * @param where `path:line:column`.
 * @param excerpt the line of source with a caret below it.
 */
export function goImportInvalid(about: {
  readonly path: string;
  readonly where: string;
  readonly excerpt: string;
  readonly file: string;
  readonly problem: GoImportProblem;
}): TenonError {
  const { path, where, excerpt, file, problem } = about;
  const [what, fix] = importProblem(path, problem);
  return errors.TENON_SOURCE_INVALID({ message: `${where}: ${what}\n${excerpt}`, subject: file, fix });
}

function importProblem(path: string, problem: GoImportProblem): readonly [string, Fix] {
  switch (problem.kind) {
    case "cgo":
      return ["cgo is not available in WebAssembly", { text: 'Remove import "C".' }];
    case "cycle":
      return [`import cycle through "${path}"`, { text: "Break the cycle." }];
    case "needs-cgo":
      return [
        `package "${path}" cannot be part of a plugin: all of its files need cgo`,
        { text: "Use another package." },
      ];
    case "other-platforms":
      return [
        `package "${path}" cannot be part of a plugin: it has no Go file for a wasip1/wasm build`,
        { text: "Use another package." },
      ];
    case "no-module":
      return [
        `package "${path}" is not in the standard library, and the plugin has no go.mod that says where it is`,
        { text: "Run `go mod init`, `go get` and `go mod vendor` in the plugin's folder, or correct the import." },
      ];
    case "not-downloaded":
      return [
        `package "${path}" is required by go.mod, but is neither in vendor/ nor in the module cache`,
        {
          text: "Run `go mod download` or `go mod vendor` in the plugin's module.",
          command: `cd ${shellPath(problem.root)} && go mod download`,
        },
      ];
    case "unknown":
      return [
        `package "${path}" is not in the plugin's module, in vendor/ or in the module cache`,
        { text: "Run `go get` and `go mod vendor` in the plugin's module, or correct the import." },
      ];
  }
}

/** A contract has more flags in one type than Go plugins support. */
export function goFlagsUnsupported(about: {
  readonly contract: string;
  readonly label: string;
  readonly type: string;
  readonly count: number;
  readonly most: number;
}): TenonError {
  const { contract, label, type, count, most } = about;
  return errors.TENON_CONTRACT_UNSUPPORTED({
    message: `contract ${contract}: ${label}() uses ${type} with ${count} flags: Go plugins support at most ${most}`,
    subject: label,
    fix: { text: `Split the flags into types of at most ${most}.` },
  });
}

// Texts of problems in the source, which are shown with file, line and caret

/** The plugin has a type without a method of the contract. */
export function missingMethodText(type: string, method: string): string {
  return `type ${type} has no method \`${method}\``;
}

/** The plugin has no type for an interface of the contract. */
export function missingTypeText(type: string, methods: readonly string[]): string {
  const list = methods.map((method) => `\`${method}\``).join(", ");
  return `missing \`type ${type}\`: declare it with ${methods.length === 1 ? "method" : "methods"} ${list}`;
}

/** A method differs from the contract. Both are Go function types: `func(string) string`. */
export function methodSignatureText(type: string, method: string, want: string, have: string): string {
  return `${type}.${method} has the wrong signature: want ${want}, have ${have}`;
}

/** A name of the plugin is a name of the generated bindings, too. */
export function nameTakenText(name: string): string {
  return `${name} is also declared by the contract's bindings: choose another name`;
}

/** A line of the compiler that refers to the generated bindings. */
export const declaredInBindingsText = "the contract's bindings also declare it: choose another name";

/** An error in the generated bindings. */
export function inBindingsText(text: string): string {
  return `in the contract's bindings: ${text}`;
}

/** A file belongs to another package than main. */
export function otherPackageText(found: string | undefined): string {
  return `expected package main, found package ${found}`;
}

/** A file of another language is part of a package. */
export function foreignFileText(kind: "assembly" | "object" | "cgo"): string {
  const what = { assembly: "assembly", object: "an object file", cgo: "a source file that needs cgo" }[kind];
  return `${what} cannot be part of a Go plugin: exclude it with //go:build !wasip1 or by its name, or remove it`;
}
