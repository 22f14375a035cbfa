import type { ImportedFunctions, ImportedSyncFunctions } from "../contract/model/infer.js";
import type { Contract } from "../contract/model/model.js";
import type { Lifecycle } from "../runtime/descriptor.js";

/** What a plugin gets when it is activated. */
export interface Context<C extends Contract<any, any> = Contract<any, any>, S = unknown> {
  /** The host's functions; each returns a promise. */
  readonly imports: ImportedFunctions<C>;
  /** The host's functions without promises. They throw TENON_SYNC_UNAVAILABLE if the place or the function is asynchronous. */
  readonly sync: ImportedSyncFunctions<C>;
  /** The plugin's settings, already validated against the schema in the manifest. Name their type in `Context<C, S>`. */
  readonly settings: S;
  /** Registers hooks: health check, state, closing. A later registration replaces an earlier one of the same name. */
  lifecycle(hooks: Lifecycle): void;
  /** Writes one line to the plugin's log. */
  log(text: string): void;
}
