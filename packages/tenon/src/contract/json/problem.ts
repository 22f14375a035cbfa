/** How much a JSON text may contain. */
export interface JsonLimits {
  /** How deeply arrays and objects may be nested: `[[1]]` has two levels. */
  readonly levels: number;
  /** The longest text, in bytes of UTF-8. */
  readonly bytes: number;
}

/** What a text contains that `readJson` refuses, and where: lines and columns (units of UTF-16) count from 1. */
export interface JsonProblem {
  readonly kind: "syntax" | "limit";
  readonly problem: string;
  readonly line: number;
  readonly column: number;
}
