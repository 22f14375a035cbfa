/** What a file is by its bytes, whatever its name. */
export type FileKind =
  | "script"
  | "program"
  | "shared-library"
  | "object"
  | "core-dump"
  | "go-program"
  | "go-plugin"
  | "go-c-shared"
  | "wasm-module"
  | "wasm-component"
  | "archive"
  | "text"
  | "damaged"
  | "other";

/** A Go module that is part of a program. */
export interface GoModuleFacts {
  readonly path: string;
  /** As `v1.7.0`. */
  readonly version: string | undefined;
}

/** What Go's tools recorded in a program. */
export interface GoProgramFacts {
  /** "go1.26.8"; `undefined` if unknown. */
  readonly version: string | undefined;
  /** The modules that it was built from, without its own: a server of go-plugin has `github.com/hashicorp/go-plugin`. */
  readonly modules: readonly GoModuleFacts[];
  /** Whether it can open Go plugins. */
  readonly usesPlugins: boolean;
  /** The prefix of the symbols of a Go plugin. */
  readonly pluginPath: string | undefined;
}

/** What the bytes of a file say it is, read without running it. */
export interface FileFacts {
  readonly kind: FileKind;
  /** For messages, with its article: "a Go program", "a script for /bin/sh". */
  readonly name: string;
  /** The interpreter and its arguments that a script names after `#!`, or the dynamic loader that a program names. */
  readonly interpreter?: string | undefined;
  /** What a program was built for, in Go's words: `linux`, `amd64`. */
  readonly platform?: { readonly os: string | undefined; readonly arch: string | undefined } | undefined;
  /** The libraries that the loader must find. */
  readonly libraries: readonly string[];
  /** The names of symbols that others can use. */
  readonly exports: readonly string[];
  readonly go?: GoProgramFacts | undefined;
}
