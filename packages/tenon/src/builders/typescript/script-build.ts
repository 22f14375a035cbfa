import type { Built } from "../../build/index.js";

/** A built script, and what the builder found out about it without running it. */
export type BuiltScript = Pick<
  Built<"script">,
  "script" | "fingerprint" | "inputs" | "exports" | "notes" | "files" | "later"
>;
