import type { ComponentKind, ExternalType, Platform, WasiLevel } from "../binary/index.js";
import type { Finding } from "../errors/index.js";
import type { GoFacts } from "./go-facts.js";

/** What a program file is, as far as plugins are concerned. */
export type ProgramKind =
  | "go-plugin"
  | "go-program"
  | "go-c-shared"
  | "program"
  | "shared-library"
  | "object"
  | "core-dump"
  | "wasm-module"
  | "wasm-component";

/** A symbol that others can use. */
export interface ProgramExport {
  readonly name: string;
  /** `symbol` where the file does not tell what it is. */
  readonly kind: ExternalType["kind"] | ComponentKind | "variable" | "symbol";
  /** In Go's words for Go symbols, as `(i32) -> i32` for WebAssembly; `undefined` where the file does not tell. */
  readonly type: string | undefined;
}

/** Something that a WebAssembly program takes from its host. */
export interface ProgramImport extends ProgramExport {
  /** `undefined` for what a component imports. */
  readonly module: string | undefined;
}

/** The C library that a program was linked with. */
export interface CLibrary {
  readonly name: "glibc" | "musl" | "bionic" | "libSystem" | "msvcrt" | "ucrt" | "other";
  /** The smallest version that has all that the program asks for; `undefined` where it does not say. */
  readonly minimum: string | undefined;
}

/** The facts that each file format tells in its own way. */
export interface FormatFacts {
  readonly kind: ProgramKind;
  /** "ELF, 64 bits, little-endian". */
  readonly format: string;
  readonly platform: Platform;
  /** Of a fat Mach-O file: every architecture; the first one is what is shown. */
  readonly architectures: readonly string[];
  /** The least version of the operating system; `undefined` where the file does not say. */
  readonly minimumOs: string | undefined;
  /** The dynamic loader that a program names. */
  readonly interpreter: string | undefined;
  readonly cLibrary: CLibrary | undefined;
  /** The libraries that the loader must find, in the file's order. */
  readonly libraries: readonly string[];
  /** Whether there are symbols beyond those that the loader needs, and debug data. */
  readonly hasSymbols: boolean;
  readonly hasDebugData: boolean;
  readonly exports: readonly ProgramExport[];
  readonly imports: readonly ProgramImport[];
  readonly wasi: WasiLevel | undefined;
  /** Compilers and tools that made a WebAssembly file, with their versions. */
  readonly producers: readonly string[];
}

/** The contract that a program carries. */
export interface CarriedContract {
  readonly id: string | undefined;
  /** As WIT text. */
  readonly wit: string;
  /** Where it was found: a section or note of the program, or the path of a file beside it. */
  readonly source: string;
}

/** Everything that a program file says of itself. */
export interface Inspection extends FormatFacts {
  readonly artifact: string;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly go: GoFacts | undefined;
  readonly contract: CarriedContract | undefined;
  readonly findings: readonly Finding[];
}
