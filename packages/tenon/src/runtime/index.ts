export type * from "../grants/grants.js";
export type * from "../storage/port.js";
export type { StorageProvider, Store } from "../storage/provider.js";
export { type Storage, storageOf } from "../storage/storage.js";
export type { Artifact, ArtifactOrigin } from "./artifact.js";
export type { ArtifactSource, SourceContext } from "./artifact-source.js";
export { type Assembled, type AssembledResource, assemble, declareResources, type Make } from "./assemble.js";
export { bindFunctions } from "./bind.js";
export { Boundary, type BoundaryOptions, openScope, type Scope } from "./boundary.js";
export { type Conversion, compileConversion } from "./convert.js";
export type { EntryRules } from "./entry-rules.js";
export type { FileFacts, FileKind, GoModuleFacts, GoProgramFacts } from "./file-facts.js";
export { Handle, type HandleState } from "./handle.js";
export {
  type Around,
  type AroundCall,
  carriesPayload,
  type ImplementOptions,
  implement,
  payloadOf,
} from "./implement.js";
export type * from "./instance.js";
export type { Manifest } from "./manifest.js";
export { type Metadata, noMetadata } from "./metadata.js";
export { pinProgram } from "./pin-program.js";
export type * from "./place.js";
export type * from "./program.js";
export * from "./runtime.js";
export type * from "./runtime-options.js";
export { unreadable } from "./unreadable.js";
