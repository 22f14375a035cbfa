import type { CommandEnd } from "../../../build/index.js";

/** Go's compiler and linker for wasip1/wasm: installed, or running as WebAssembly. */
export interface GoTools {
  /** For people: `go1.26.8 (local)`. */
  readonly label: string;
  /** `go1.26.8` */
  readonly release: string;
  /**
   * Returns the archives of packages of the standard library and of all their dependencies: files by import path.
   *
   * @throws TENON_TOOLCHAIN_FAILED
   */
  archives(packages: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Runs a tool until it exits. All paths are absolute. */
  run(request: ToolRequest): Promise<ToolResult>;
  /** Resolves when no work is running that makes later runs faster. */
  readonly warmedUp?: Promise<void>;
}

export interface ToolRequest {
  readonly tool: "compile" | "link";
  readonly words: readonly string[];
  /** Folders that it reads. */
  readonly reads: readonly string[];
  /** The folder that it writes to and reads. */
  readonly writes: string;
  readonly signal: AbortSignal;
}

export interface ToolResult {
  readonly end: CommandEnd;
  readonly output: string;
}

/** Returns the minor number of a release: 26 for `go1.26.8`. */
export function minorOfRelease(release: string): number {
  return Number(/^go1\.(\d+)/.exec(release)?.[1] ?? 99);
}
