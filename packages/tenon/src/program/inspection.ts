import type { ComponentKind, ExternalType, Platform, WasiLevel } from "../binary/index.js";
import type { Finding } from "../errors/index.js";
import type { GoFacts } from "./go-facts.js";

/** The kind of a program file, in terms of plugins. */
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
  /** `symbol` if the file does not reveal its kind. */
  readonly kind: ExternalType["kind"] | ComponentKind | "variable" | "symbol";
  /** As in Go source for Go symbols, as `(i32) -> i32` for WebAssembly; `undefined` if unknown. */
  readonly type: string | undefined;
}

/** Something that a WebAssembly program imports from its host. */
export interface ProgramImport extends ProgramExport {
  /** `undefined` for imports of a component. */
  readonly module: string | undefined;
}

/** The C library that a program was linked with. */
export interface CLibrary {
  readonly name: "glibc" | "musl" | "bionic" | "libSystem" | "msvcrt" | "ucrt" | "other";
  /** The lowest version with everything that the program needs; `undefined` if unknown. */
  readonly minimum: string | undefined;
}

/** The facts that each file format records in its own way. */
export interface FormatFacts {
  readonly kind: ProgramKind;
  /** "ELF, 64 bits, little-endian". */
  readonly format: string;
  readonly platform: Platform;
  /** All architectures of a fat Mach-O file. The facts are about the first one. */
  readonly architectures: readonly string[];
  /** The lowest version of the operating system; `undefined` if unknown. */
  readonly minimumOs: string | undefined;
  /** The dynamic loader that a program names. */
  readonly interpreter: string | undefined;
  readonly cLibrary: CLibrary | undefined;
  /** The libraries that the loader must find, in the file's order. */
  readonly libraries: readonly string[];
  /** Whether there are symbols beyond those that the loader needs. */
  readonly hasSymbols: boolean;
  readonly hasDebugData: boolean;
  readonly exports: readonly ProgramExport[];
  readonly imports: readonly ProgramImport[];
  readonly wasi: WasiLevel | undefined;
  /** Compilers and tools that made a WebAssembly file, with their versions. */
  readonly producers: readonly string[];
}

/** The contract that belongs to a program. */
export interface CarriedContract {
  readonly id: string | undefined;
  /** As WIT text. */
  readonly wit: string;
  /** Where it was found: a section or note of the program, or the path of a file next to it. */
  readonly source: string;
}

/** All facts about a program file. */
export interface Inspection extends FormatFacts {
  readonly artifact: string;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly go: GoFacts | undefined;
  readonly contract: CarriedContract | undefined;
  readonly findings: readonly Finding[];
}
