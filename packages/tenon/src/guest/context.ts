import type { ImportedFunctions, ImportedSyncFunctions } from "../contract/infer.js";
import type { Contract } from "../contract/model.js";
import type { Lifecycle } from "../runtime/descriptor.js";

/** What a plugin is given when it is activated. */
export interface Context<C extends Contract<any, any> = Contract<any, any>> {
  /** The host's functions; each returns a promise. */
  readonly imports: ImportedFunctions<C>;
  /** The host's functions without promises; TENON_SYNC_UNAVAILABLE where the place or the function cannot. */
  readonly sync: ImportedSyncFunctions<C>;
  /** The settings that the host gives, already validated against the schema of the plugin's manifest. */
  readonly settings: any;
  /** Registers what the plugin does besides answering calls. Later registrations replace earlier ones, name by name. */
  lifecycle(hooks: Lifecycle): void;
  /** Writes one line to the plugin's log. */
  log(text: string): void;
}
