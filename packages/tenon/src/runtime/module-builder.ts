import type { Contract } from "../contract/core.js";
import type { Artifact } from "./artifact.js";
import type { Recognition } from "./runtime.js";

/** A WebAssembly module or component that was built from source. */
export interface BuiltModule {
  readonly bytes: Uint8Array;
  /** Identifies source, tool chain and flags: `sha256:…`. */
  readonly fingerprint: string;
  /** The contract that the source implements. */
  readonly contract: Contract | undefined;
  /**
   * What to watch: absolute paths of the files that it was built from, and `/folder/*` or `/folder/*.go` if a new file of
   * that kind would become part of it.
   */
  readonly inputs: readonly string[];
  /** What built it, as shown to users: `go1.26.8 (local)`. */
  readonly toolchain: string;
  /** Whether it was taken from the cache. */
  readonly cached: boolean;
}

/** Optional arguments of a build. */
export interface ModuleBuildOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with each step that takes a while: `compiling 3 packages`. */
  readonly progress?: ((step: string) => void) | undefined;
  /** Keeps DWARF: which line of which file each instruction comes from. For C and Rust; Go has none for WebAssembly. */
  readonly debug?: boolean | undefined;
}

/** Builds WebAssembly from source in one language. Runs compilers, but no code of the plugin (except: see `runsCode`). */
export interface ModuleBuilder {
  /** As shown to users: `Go`, `C`, `Rust`. */
  readonly language: string;
  /** Whether a build runs code from the source, as with Rust's build scripts and macros. If so, a check does not build. */
  readonly runsCode?: true;
  /** What the names of files look like that make a folder its source, if no manifest names an entry. */
  readonly sources: readonly RegExp[];
  /** Whether the artifact is source that this builder understands, by content. */
  recognise(artifact: Artifact): Promise<Recognition | undefined>;
  /** Returns the contract that the source implements, without building. Rejects with the same codes as `build`. */
  contract(artifact: Artifact): Promise<Contract | undefined>;
  /**
   * Builds, or returns the result from the cache.
   *
   * Rejects with TENON_SOURCE_INVALID (its message shows each error with file, line and a caret), TENON_SOURCE_CONTRACT,
   * TENON_TOOLCHAIN_MISSING, TENON_TOOLCHAIN_FAILED.
   */
  build(artifact: Artifact, options?: ModuleBuildOptions): Promise<BuiltModule>;
  /**
   * Returns the bindings of the contract as files for editors. A build does not need them.
   *
   * Rejects with TENON_SOURCE_CONTRACT, TENON_SOURCE_INVALID, TENON_CONTRACT_UNSUPPORTED.
   */
  bindings(artifact: Artifact): Promise<readonly SourceFile[]>;
}

/** A file that is written for a plugin's author. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}
