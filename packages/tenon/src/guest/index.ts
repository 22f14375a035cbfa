/** The module that plugin authors import: `tenon/guest`. It is bundled into plugins, so it must stay small. */
export type {
  Call,
  Implementation,
  ImportedFunctions,
  ImportedSyncFunctions,
  Metadata,
} from "../contract/model/infer.js";
export type { Lifecycle, PluginDescriptor } from "../runtime/descriptor.js";
export type { BatchChange, Storage, Stored } from "../storage/storage.js";
export type { Context, Log } from "./context.js";
export { type Failure, fail } from "./fail.js";
export { plugin } from "./plugin.js";
