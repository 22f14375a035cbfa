import type { Fix, TenonError } from "../error.js";
import { errors } from "../errors.js";
import { shownLines, toolchainMissing } from "./module-build.js";

/** A part that clang needs to make WebAssembly. */
export type CPart = "linker" | "library" | "runtime";

/** How missing parts are installed on this machine. */
export interface CInstallation {
  /** Names of Debian's packages. */
  readonly packages: readonly string[];
  /** A command that installs them, if this system's package manager is known. */
  readonly command: string | undefined;
}

const partNames: Readonly<Record<CPart, string>> = {
  linker: "the linker for WebAssembly (wasm-ld)",
  library: "the headers and libraries of the C library for WebAssembly (wasi-libc)",
  runtime: "the compiler run-time library for WebAssembly (compiler-rt)",
};

/** Neither clang nor zig was found. */
export function cCompilerMissing(installation: CInstallation): TenonError {
  return toolchainMissing(
    "clang",
    "no C compiler for WebAssembly found: neither clang nor zig is on PATH",
    install("clang with its parts for WebAssembly", installation, ", or zig"),
  );
}

/** The compiler that was asked for is not one that makes WebAssembly. @param found what it says it is. */
export function cCompilerUnsuitable(command: string, found: string | undefined): TenonError {
  return toolchainMissing(
    command,
    `${command} is not a C compiler for WebAssembly: expected clang or zig cc, found ${found ?? "no command that runs"}`,
    { text: "Name a clang that can target wasm32, or zig cc." },
  );
}

/** Clang is there, but cannot make WebAssembly, since this build of it lacks the target. */
export function cTargetMissing(command: string, version: string): TenonError {
  return toolchainMissing(command, `${command} (${version}) cannot target wasm32`, {
    text: "Install a clang with the WebAssembly target (LLVM's own builds have it), or zig.",
  });
}

/** Clang is there, but its linker for WebAssembly is not. */
export function cLinkerMissing(command: string, version: string, installation: CInstallation): TenonError {
  return toolchainMissing(
    command,
    `${command} (${version}) cannot make WebAssembly: missing ${partNames.linker}`,
    install("lld", installation),
  );
}

/** A file includes a header of the C library, which is not installed for WebAssembly. @param where `plugin.c:3`. */
export function cHeaderMissing(
  where: string,
  header: string,
  { command, version, parts }: { readonly command: string; readonly version: string; readonly parts: readonly CPart[] },
  installation: CInstallation,
): TenonError {
  const missing = parts.map((part) => partNames[part]).join(" and ");
  const { text, ...rest } = install("what is missing", installation, ", or zig");
  return toolchainMissing(
    where,
    `${where}: cannot include <${header}>: ${command} (${version}) is missing ${missing}`,
    { text: `${text} A plugin that only uses plugin.h and tenon.h needs no C library.`, ...rest },
  );
}

/** Functions of the contract are not defined. */
export function cFunctionsMissing(
  file: string,
  functions: readonly { readonly name: string; readonly label: string; readonly prototype: string }[],
): TenonError {
  const texts = functions.map(
    ({ name, label, prototype }) =>
      `${file}: missing function ${name}, which implements ${label}() of the contract: define it as ${prototype}`,
  );
  return errors.TENON_SOURCE_INVALID({
    message: shownLines(texts),
    subject: file,
    fix: { text: 'Include "plugin.h" and define the functions listed above.' },
  });
}

/** What the linker found wrong. */
export type CLinkProblem =
  | {
      readonly kind: "undefined";
      readonly symbol: string /** `undefined` for generated code. */;
      readonly file?: string | undefined;
    }
  | { readonly kind: "duplicate" | "mismatch"; readonly symbol: string };

/** The linker found functions that are missing, defined twice, or defined in a different way than they are used. */
export function cLinkFailed(problems: readonly CLinkProblem[], folder: string): TenonError {
  return errors.TENON_SOURCE_INVALID({ message: problems.map(linkProblem).join("\n"), subject: folder });
}

function linkProblem(problem: CLinkProblem): string {
  const { symbol } = problem;
  switch (problem.kind) {
    case "undefined":
      return `${problem.file ?? "the generated code"}: ${symbol} is used but not defined`;
    case "duplicate":
      return `${symbol} is defined more than once`;
    case "mismatch":
      return `${symbol} is not defined as plugin.h declares it: include "plugin.h" in the file that defines it`;
  }
}

function install(what: string, { packages, command }: CInstallation, instead = ""): Fix {
  const text = `Install ${what} (Debian: ${packages.join(" ")})${instead}.`;
  return command === undefined ? { text } : { text, command };
}
