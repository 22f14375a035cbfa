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
   * What to watch: absolute paths of the files that went into it, and `/folder/*` or `/folder/*.go` where every further
   * file of that ending would go into it, too.
   */
  readonly inputs: readonly string[];
  /** What built it, for people: `go1.26.8 (local)`. */
  readonly toolchain: string;
  /** Whether it was taken from the cache. */
  readonly cached: boolean;
}

/** What a builder may be told besides. */
export interface ModuleBuildOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told of each step that takes a while: `compiling 3 packages`. */
  readonly progress?: ((step: string) => void) | undefined;
}

/** Makes WebAssembly of source in one language. It runs compilers, and nothing of the plugin but for `runsCode`. */
export interface ModuleBuilder {
  /** For people: `Go`, `C`, `Rust`. */
  readonly language: string;
  /** Whether building runs code of the source's own, as Rust's build scripts and macros are: then a check builds nothing. */
  readonly runsCode?: true;
  /** Whether the artifact is source that this builder understands, by content. */
  recognise(artifact: Artifact): Promise<Recognition | undefined>;
  /** The contract that the source implements, found without building. May reject as `build` does. */
  contract(artifact: Artifact): Promise<Contract | undefined>;
  /**
   * Builds, or takes the result from the cache.
   *
   * Rejects with TENON_SOURCE_INVALID (its message shows each error with file, line and a caret), TENON_SOURCE_CONTRACT,
   * TENON_TOOLCHAIN_MISSING, TENON_TOOLCHAIN_FAILED.
   */
  build(artifact: Artifact, options?: ModuleBuildOptions): Promise<BuiltModule>;
  /**
   * The bindings of the contract as files for editors. A build needs none of them.
   *
   * Rejects with TENON_SOURCE_CONTRACT, TENON_SOURCE_INVALID, TENON_CONTRACT_UNSUPPORTED.
   */
  bindings(artifact: Artifact): Promise<readonly SourceFile[]>;
}

/** A file that is written for an author. */
export interface SourceFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}
