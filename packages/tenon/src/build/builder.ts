import type { Contract } from "../contract/core.js";
import type { Finding } from "../errors/index.js";
import type { Artifact, EntryRules, Recognition } from "../runtime/index.js";
import type { Script } from "../runtime/script.js";

/** What a builder can make, by kind: who loads it decides which kind it needs. */
export interface Products {
  /** A WebAssembly module or component. */
  readonly wasm: { readonly bytes: Uint8Array };
  /** A JavaScript plugin as one script. */
  readonly script: {
    readonly script: Script;
    /** Names that the entry exports (including `default`), or `undefined` if they cannot be determined statically. */
    readonly exports: readonly string[] | undefined;
    /**
     * The files that the script was built from, with those that say how, by absolute path: each with the SHA-256 of the bytes that
     * were built, as hexadecimal digits. Absent if the builder does not say.
     */
    readonly files?: readonly (readonly [path: string, hash: string])[];
    /** What Node reads from disk when the plugin runs: packages, native modules, files of threads. Absent if there is nothing. */
    readonly later?: readonly string[];
  };
  /** A program for this machine. */
  readonly executable: BuiltFile;
  /** A shared library for this machine. */
  readonly library: BuiltFile;
}

/** A file that was built. */
export interface BuiltFile {
  /**
   * Its absolute path: a copy in the store, with mode 0500. It may be deleted later, when it was not used for a long time; a
   * build before each start gets a path that exists.
   */
  readonly path: string;
}

export type BuildKind = keyof Products;

/** What is known of everything that was built. */
export interface BuildResult<Kind extends BuildKind = BuildKind> {
  readonly kind: Kind;
  /** The SHA-256 of what was built: `sha256-…` in base64. What is loaded must have it. */
  readonly digest: string;
  /** Identifies source, tool chain and options: `sha256:…`. */
  readonly fingerprint: string;
  /** The contract that the source implements, if the builder knows it. */
  readonly contract: Contract | undefined;
  /**
   * What to watch: absolute paths of the files that it was built from, and `/folder/*` or `/folder/*.go` if a new file of
   * that kind would become part of it.
   */
  readonly inputs: readonly string[];
  /** What built it, as shown to users: `go1.26.8 (local)`. */
  readonly toolchain: string;
  /** Whether it was built before, and taken from memory or from the store. */
  readonly cached: boolean;
  /** What it does differently from its source; absent if there is nothing. Reported like the findings of a check. */
  readonly notes?: readonly Finding[];
}

/** Something that was built: told apart by its `kind`. */
export type Built<Kind extends BuildKind = BuildKind> = {
  readonly [Each in Kind]: BuildResult<Each> & Products[Each];
}[Kind];

/** Optional arguments of a build. */
export interface BuildOptions {
  /** Stops the build and everything that it started. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each step that takes a while: `compiling 3 packages`. */
  readonly progress?: ((step: string) => void) | undefined;
  /** Keeps debug data: which line of which file each instruction comes from. */
  readonly debug?: boolean | undefined;
}

/**
 * Turns source in one language into something that a runtime loads. Runs compilers, but no code of the plugin (except: see
 * `runsCode`). See docs/writing-a-builder.md.
 */
export interface Builder<Kind extends BuildKind = BuildKind> {
  readonly kind: Kind;
  /** As shown to users: `Go`, `C`, `Rust`. */
  readonly language: string;
  /** Whether a build runs code from the source, as with Rust's build scripts and macros. If so, a check does not build. */
  readonly runsCode?: true;
  /** Which folders are its source although no manifest names their entry. */
  readonly entries: Partial<EntryRules>;
  /** Whether the artifact is source that this builder understands, by content. */
  recognise(artifact: Artifact): Promise<Recognition | undefined>;
  /** Returns the contract that the source implements, without building. Rejects with the same codes as `build`. */
  contract(artifact: Artifact): Promise<Contract | undefined>;
  /** What to watch while the source does not build. Absent or `undefined`: all files in its folder. */
  inputs?(artifact: Artifact): Promise<readonly string[] | undefined>;
  /** What a check reports instead of building, if `runsCode`. Runs none of the source's code. Default: what `contract` rejects with. */
  check?(artifact: Artifact, signal?: AbortSignal): Promise<readonly Finding[]>;
  /**
   * Builds, or returns what was built before from the same input.
   *
   * Rejects with TENON_SOURCE_INVALID (its message shows each error with file, line and a caret), TENON_SOURCE_CONTRACT,
   * TENON_TOOLCHAIN_MISSING, TENON_TOOLCHAIN_FAILED, and for scripts with TENON_SYNTAX, TENON_BUILD_FAILED,
   * TENON_SHARED_MISSING and TENON_SHARED_VERSION.
   */
  build(artifact: Artifact, options?: BuildOptions): Promise<Built<Kind>>;
  /**
   * Returns the bindings of the contract as files for editors. A build does not need them.
   *
   * Rejects with TENON_SOURCE_CONTRACT, TENON_SOURCE_INVALID, TENON_CONTRACT_UNSUPPORTED.
   */
  bindings?(artifact: Artifact): Promise<readonly SourceFile[]>;
}

/** A file that is written for a plugin's author. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}
