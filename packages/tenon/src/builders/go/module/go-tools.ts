/** Go's compiler and linker for wasip1/wasm, wherever they run. */
export interface GoTools {
  /** For people: `go1.26.8 (local)`. */
  readonly label: string;
  /** As `go1.26.8`. */
  readonly release: string;
  /**
   * The archives of packages of the standard library and of all that they need: files by import path.
   *
   * @throws TENON_TOOLCHAIN_FAILED
   */
  archives(packages: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** Runs a tool to its end. All paths are absolute. */
  run(request: ToolRequest): Promise<ToolResult>;
  /** Resolves when nothing is under way that makes later runs faster. */
  readonly prepared?: Promise<void>;
}

export interface ToolRequest {
  readonly tool: "compile" | "link";
  readonly words: readonly string[];
  /** Folders that it reads. */
  readonly reads: readonly string[];
  /** The folder that it writes to, and reads as well. */
  readonly writes: string;
  readonly signal: AbortSignal;
}

export interface ToolResult {
  readonly code: number;
  readonly output: string;
}

/** The minor number of a release: 26 of `go1.26.8`. */
export function minorOfRelease(release: string): number {
  return Number(/^go1\.(\d+)/.exec(release)?.[1] ?? 99);
}
