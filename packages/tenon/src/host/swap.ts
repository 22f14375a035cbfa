import type { CloseReport } from "../runtime/index.js";

/** What a swap did. */
export interface SwapReport {
  readonly from: { readonly name: string; readonly version: string | undefined; readonly artifact: string };
  readonly to: { readonly name: string; readonly version: string | undefined; readonly artifact: string };
  /** Whether state was handed over. */
  readonly state: "migrated" | "none";
  /** Milliseconds during which calls had to wait: handing over the state, and the flip itself. */
  readonly flip: number;
  /** Milliseconds from the call of `swap` until the old instance was closed. */
  readonly total: number;
  /** Calls that were running in the old instance at the flip, and were allowed to finish. */
  readonly drained: number;
  /** How the old instance was closed. */
  readonly closed: CloseReport;
}

/** What `plugin.swap` takes besides the artifact. */
export interface SwapOptions {
  /** The new instance's settings. Default: those that the plugin has. */
  readonly settings?: unknown;
}
