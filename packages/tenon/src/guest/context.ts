import type { ImportedFunctions, ImportedSyncFunctions } from "../contract/model/infer.js";
import type { Contract } from "../contract/model/model.js";
import type { Lifecycle } from "../runtime/descriptor.js";
import type { Storage } from "../storage/storage.js";

/** Writes lines to the plugin's log. */
export interface Log extends Readonly<Record<"trace" | "debug" | "info" | "warn" | "error", WriteLog>> {
  (text: string): void;
}

/**
 * Writes a line of one level. Fields are JSON; of what is larger than 16 Ki characters, 256 values or six levels, the line says that
 * it was left out. No getter runs.
 */
type WriteLog = (text: string, fields?: Readonly<Record<string, unknown>>) => void;

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
  /**
   * What the plugin stores under its name, across swaps, restarts and runs of the host.
   *
   * @throws TENON_GRANT_MISSING if it is not granted
   */
  readonly storage: Storage;
  /** The absolute path of the plugin's own folder, kept as `storage` is; `undefined` if it is not granted. */
  readonly folder: string | undefined;
  /**
   * Gives metadata to every call of the host that the function makes, in addition to what the call has that is running.
   *
   * @throws TENON_METADATA_INVALID
   */
  withMetadata<T>(metadata: Readonly<Record<string, string | undefined>>, action: () => T): T;
  /** Writes one line to the plugin's log: `log("ready")`, or with a level and fields, `log.warn("slow", { ms: 812 })`. */
  readonly log: Log;
}
